/** All connectors, sorted by id; test/contract/connectors.test.ts fails when a folder is missing here. */
import type { Connector } from './connector.ts';
import { citrix } from './citrix/index.ts';
import { csv } from './csv/index.ts';
import { entra } from './entra/index.ts';
import { ldap } from './ldap/index.ts';
import { linuxHost } from './linux-host/index.ts';
import { nmap } from './nmap/index.ts';
import { scim } from './scim/index.ts';
import { signInLogs } from './sign-in-logs/index.ts';
import { sqlAccounts } from './sql-accounts/index.ts';
import { tcpScan } from './tcp-scan/index.ts';
import { windowsHost } from './windows-host/index.ts';

export const connectors: readonly Connector<unknown>[] = [
  citrix,
  csv,
  entra,
  ldap,
  linuxHost,
  nmap,
  scim,
  signInLogs,
  sqlAccounts,
  tcpScan,
  windowsHost,
];
