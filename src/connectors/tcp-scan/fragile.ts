/** Ports where a stranger's bytes do harm. Data: what listens there, what is not done, why, and who says so. */

export interface Fragile {
  readonly ports: readonly number[];
  readonly what: string;
  /** `never`: not even a connection. `connect`: a connection, and no byte is sent. */
  readonly limit: 'never' | 'connect';
  readonly why: string;
  readonly source: string;
}

const CONTROL =
  'controllers have stopped when strangers spoke to them; a connection alone tells enough';
const NIST =
  'NIST SP 800-82, guide to the security of operational technology: scans that stopped control systems';
const IANA = 'IANA service name and port number registry';

export const FRAGILE: readonly Fragile[] = [
  {
    ports: [9100, 9101, 9102, 9103, 9104, 9105, 9106, 9107],
    what: 'raw printing',
    limit: 'never',
    why: 'printers print whatever they are sent, and some hang on a connection that sends nothing',
    source: 'nmap-service-probes excludes 9100-9107 for this reason',
  },
  {
    ports: [515],
    what: 'line printer daemon',
    limit: 'connect',
    why: 'printers take what they are sent for a job',
    source: 'RFC 1179',
  },
  {
    ports: [104, 2761, 2762, 4242, 11112],
    what: 'DICOM, medical imaging',
    limit: 'connect',
    why: 'modalities take few associations at a time; one that hangs may block an examination',
    source: `${IANA}: acr-nema, dicom-iscl, dicom-tls, dicom; 4242 is Orthanc’s own default`,
  },
  {
    ports: [2575],
    what: 'HL7 messages (MLLP)',
    limit: 'connect',
    why: 'what is sent may be taken for a message about a patient',
    source: `${IANA}: hl7`,
  },
  { ports: [102], what: 'Siemens S7, ISO-TSAP', limit: 'connect', why: CONTROL, source: NIST },
  { ports: [502], what: 'Modbus', limit: 'connect', why: CONTROL, source: NIST },
  { ports: [789], what: 'Red Lion Crimson', limit: 'connect', why: CONTROL, source: NIST },
  { ports: [1911, 4911], what: 'Niagara Fox', limit: 'connect', why: CONTROL, source: NIST },
  { ports: [1962], what: 'PCWorx', limit: 'connect', why: CONTROL, source: NIST },
  { ports: [2222, 44_818], what: 'EtherNet/IP', limit: 'connect', why: CONTROL, source: NIST },
  { ports: [2404], what: 'IEC 60870-5-104', limit: 'connect', why: CONTROL, source: NIST },
  { ports: [4840], what: 'OPC UA', limit: 'connect', why: CONTROL, source: NIST },
  { ports: [5094], what: 'HART-IP', limit: 'connect', why: CONTROL, source: NIST },
  { ports: [9600], what: 'OMRON FINS', limit: 'connect', why: CONTROL, source: NIST },
  { ports: [18_245], what: 'GE SRTP', limit: 'connect', why: CONTROL, source: NIST },
  { ports: [20_000], what: 'DNP3', limit: 'connect', why: CONTROL, source: NIST },
  { ports: [47_808], what: 'BACnet', limit: 'connect', why: CONTROL, source: NIST },
];
