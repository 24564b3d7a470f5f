import { mustRun } from "./run-program.ts";

/** Another project's sources at one commit, whose name is also their checksum, in a folder that is there and empty. */
export async function checkOut(url: string, commit: string, folder: string): Promise<void> {
  const git = (...words: string[]) => mustRun(["git", "-C", folder, ...words]);
  await git("init", "--quiet");
  await git("fetch", "--quiet", "--depth", "1", url, commit);
  await git("checkout", "--quiet", commit);
}
