/** The machines clusters are spoken to through: login nodes over OpenSSH, or this machine. */
export { createHosts, type HostsOptions } from "./hosts.ts";
export { createSshHost, type SshHost, type SshHostOptions } from "./ssh-host.ts";
export { createThisHost, type ThisHostOptions } from "./this-host.ts";
