/**
 * What the results of Windows Update mean, those that are met often: names and meanings as Microsoft's lists of error codes
 * of Windows Update, of component-based servicing and of WinHTTP give them.
 */
import type { PatchReason } from '../../estate/schema.ts';

export interface ResultCode {
  readonly name: string;
  readonly meaning: string;
  /** The reason that it is, where it is more than a failure. */
  readonly reason?: PatchReason;
}

const RESTART = 'restart-pending';
const SOURCE = 'source-unreachable';

const CODES: Readonly<Record<string, readonly [string, string, PatchReason?]>> = {
  '0x00240005': ['WU_S_REBOOT_REQUIRED', 'installed; a restart completes it', RESTART],
  '0x80240016': [
    'WU_E_INSTALL_NOT_ALLOWED',
    'another installation runs, or a restart is due',
    RESTART,
  ],
  '0x80240017': ['WU_E_NOT_APPLICABLE', 'it does not apply here'],
  '0x8024001e': ['WU_E_SERVICE_STOP', 'the service was stopped meanwhile'],
  '0x80240022': ['WU_E_ALL_UPDATES_FAILED', 'every update of the run failed'],
  '0x8024002e': ['WU_E_WU_DISABLED', 'policy forbids a server that is not managed', SOURCE],
  '0x80240034': ['WU_E_DOWNLOAD_FAILED', 'it could not be downloaded'],
  '0x80240438': ['WU_E_PT_ENDPOINT_UNREACHABLE', 'no way to the server', SOURCE],
  '0x8024200d': ['WU_E_UH_NEEDANOTHERDOWNLOAD', 'it must be downloaded again'],
  '0x80242014': ['WU_E_UH_POSTREBOOTSTILLPENDING', 'a restart is still due', RESTART],
  '0x80244010': ['WU_E_PT_EXCEEDED_MAX_SERVER_TRIPS', 'the server was asked too often', SOURCE],
  '0x80244018': ['WU_E_PT_HTTP_STATUS_FORBIDDEN', 'the server answered 403', SOURCE],
  '0x80244019': ['WU_E_PT_HTTP_STATUS_NOT_FOUND', 'the server answered 404', SOURCE],
  '0x8024401b': ['WU_E_PT_HTTP_STATUS_PROXY_AUTH_REQ', 'the proxy asks for a password', SOURCE],
  '0x8024401c': ['WU_E_PT_HTTP_STATUS_REQUEST_TIMEOUT', 'the server gave up waiting', SOURCE],
  '0x80244022': ['WU_E_PT_HTTP_STATUS_SERVICE_UNAVAIL', 'the server answered 503', SOURCE],
  '0x8024402c': ['WU_E_PT_WINHTTP_NAME_NOT_RESOLVED', "the server's name is not known", SOURCE],
  '0x80246007': ['WU_E_DM_NOTDOWNLOADED', 'it was not downloaded'],
  '0x80070002': ['ERROR_FILE_NOT_FOUND', 'a file is missing'],
  '0x80070003': ['ERROR_PATH_NOT_FOUND', 'a folder is missing'],
  '0x80070005': ['ERROR_ACCESS_DENIED', 'access was denied'],
  '0x80070070': ['ERROR_DISK_FULL', 'the disk is full', 'disk-full'],
  '0x80070422': ['ERROR_SERVICE_DISABLED', 'a service that it needs is switched off'],
  '0x80070490': ['ERROR_NOT_FOUND', 'the store of components misses something'],
  '0x800705b4': ['ERROR_TIMEOUT', 'it took too long'],
  '0x80070643': ['ERROR_INSTALL_FAILURE', 'its own installer failed'],
  '0x80072ee2': ['ERROR_WINHTTP_TIMEOUT', 'the server did not answer in time', SOURCE],
  '0x80072ee7': ['ERROR_WINHTTP_NAME_NOT_RESOLVED', "the server's name is not known", SOURCE],
  '0x80072efd': ['ERROR_WINHTTP_CANNOT_CONNECT', 'the server cannot be reached', SOURCE],
  '0x80072efe': ['ERROR_WINHTTP_CONNECTION_ERROR', 'the connection broke', SOURCE],
  '0x80072f8f': ['ERROR_WINHTTP_SECURE_FAILURE', 'certificate or clock are wrong', SOURCE],
  '0x80073701': ['ERROR_SXS_ASSEMBLY_MISSING', 'the store of components misses a part'],
  '0x80073712': ['ERROR_SXS_COMPONENT_STORE_CORRUPT', 'the store of components is damaged'],
  '0x800b0109': ['CERT_E_UNTRUSTEDROOT', 'its signature is not trusted'],
  '0x800f081f': ['CBS_E_SOURCE_MISSING', 'the source of a component is missing'],
  '0x800f0823': [
    'CBS_E_NEW_SERVICING_STACK_REQUIRED',
    'a newer servicing stack must come before it',
    'broken-dependencies',
  ],
  '0x800f0831': [
    'CBS_E_STORE_CORRUPTION',
    'an earlier update that it builds on is missing or damaged',
    'broken-dependencies',
  ],
  '0x800f0922': ['CBS_E_INSTALLERS_FAILED', 'its last steps failed, often for want of space'],
};

/** Undefined for a code that is not in the table: it is shown as a number. */
export function resultCodeOf(code: string): ResultCode | undefined {
  const known = CODES[code.toLowerCase()];
  if (known === undefined) return undefined;
  const [name, meaning, reason] = known;
  return { name, meaning, ...(reason === undefined ? {} : { reason }) };
}

/** `0x80070070 ERROR_DISK_FULL: the disk is full`; a bare number where nothing is known of it. */
export function resultText(code: string): string {
  const known = resultCodeOf(code);
  return known === undefined ? code : `${code} ${known.name}: ${known.meaning}`;
}
