/** Which first packet is sent to which port. */
import type { Hello } from './hello.ts';
import { ldap } from './ldap.ts';
import { postgresql } from './postgresql.ts';
import { rdp } from './rdp.ts';
import { smb } from './smb.ts';
import { tds } from './tds.ts';

const HELLOS: readonly Hello[] = [ldap, postgresql, rdp, smb, tds];

export function helloFor(port: number): Hello | undefined {
  return HELLOS.find(({ ports }) => ports.includes(port));
}
