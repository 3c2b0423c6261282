/** Reads a VEX document of any of the three formats. */
import { HoldfastError } from '../../kernel/errors.ts';
import { parseJson } from '../../inventory/json.ts';
import { isCsaf, readCsaf } from './csaf.ts';
import { isCycloneDxVex, readCycloneDxVex } from './cyclonedx.ts';
import { fieldsOf } from '../../inventory/fields.ts';
import type { VexDocument } from './model.ts';
import { isOpenVex, readOpenVex } from './openvex.ts';

/**
 * @param name of the document, for messages
 * @throws HoldfastError `bad_file` where it is no JSON or none of the formats.
 */
export function readVex(bytes: Buffer, name: string): VexDocument {
  const document = fieldsOf(parseJson(bytes, { what: name }));
  if (document !== undefined && isOpenVex(document)) return readOpenVex(document, name);
  if (document !== undefined && isCycloneDxVex(document)) return readCycloneDxVex(document, name);
  if (document !== undefined && isCsaf(document)) return readCsaf(document, name);
  throw new HoldfastError('bad_file', `${name} is no VEX document`, {
    remedy: 'OpenVEX, CycloneDX (JSON, with vulnerabilities) and CSAF 2.0 are read.',
  });
}
