import { expect, test } from "vitest";
import { sshHostsIn } from "./ssh-hosts.ts";

test("hosts are found, patterns and other lines are not", () => {
  const text = `
# Host commented
Host della della.princeton.edu
  HostName della.princeton.edu
  User me
host=adroit
Host * !bastion *.edu
Host "quoted" della
Match host other
`;
  expect(sshHostsIn(text)).toEqual(["della", "della.princeton.edu", "adroit", "quoted"]);
});
