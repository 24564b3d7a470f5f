import { expect, test } from "vitest";
import { forbiddenAddress } from "./forbidden-address.ts";

test.each([
  "169.254.169.254",
  "169.254.0.1",
  "100.100.100.200",
  "192.0.0.192",
  "168.63.129.16",
  "fe80::1",
  "fe80::1%eth0",
  "febf::1",
  "[fe80::1]",
  "fd00:ec2::254",
  "fd00:ec2::23",
  "fd20:ce::254",
  "fd00:c1::a9fe:a9fe",
  "fd00:42::42",
  "2002:a9fe:a9fe::1",
  "2002:a9fe:a9fe:1:2:3:4:5",
  "2002:6464:64c8::",
  "64:ff9b:1::a9fe:a9fe",
  "64:ff9b:1:a9fe:a9:fe00::",
  "::ffff:0:a9fe:a9fe",
  "::ffff:0:169.254.169.254",
  "::ffff:169.254.169.254",
  "::ffff:a9fe:a9fe",
  "::ffff:6464:64c8",
  "0:0:0:0:0:ffff:a9fe:a9fe",
  "::a9fe:a9fe",
  "64:ff9b::a9fe:a9fe",
  "metadata.google.internal",
  "Metadata.Google.Internal.",
])("%s is never called", (host) => {
  expect(forbiddenAddress(host)).toBe(true);
});

test.each([
  "http://2852039166/",
  "http://0xa9fea9fe/",
  "http://0251.0376.0251.0376/",
  "http://169.254.43518/",
  "http://0xa9.0xfe.0xa9.0xfe:8000/v1",
  "http://[::ffff:169.254.169.254]/",
  "http://①⑥⑨.②⑤④.169.254/",
  "http://METADATA.google.internal/computeMetadata/v1/",
  "http://169.254.169.254./latest",
])("%s, as a URL parses it, is never called", (url) => {
  expect(forbiddenAddress(new URL(url).hostname)).toBe(true);
});

test.each([
  "127.0.0.1",
  "::1",
  "10.0.0.5",
  "192.168.1.2",
  "172.16.0.1",
  "100.100.100.201",
  "192.0.0.193",
  "169.253.255.255",
  "169.255.0.0",
  "fec0::1",
  "fd00:ec3::254",
  "2002:808:808::1",
  "::ffff:0:8.8.8.8",
  "::ffff:10.0.0.1",
  "64:ff9b::808:808",
  "gpu1",
  "api.openai.com",
  "metadata.example.org",
  "",
])("%s may be called", (host) => {
  expect(forbiddenAddress(host)).toBe(false);
});
