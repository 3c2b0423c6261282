/** One FHIR resource as a row of a patient extract (R4 and STU3 field names). */
import * as z from 'zod';

export const FHIR_HEADER = [
  'nhs number',
  'patient id',
  'given name',
  'family name',
  'date of birth',
  'postcode',
  'address',
  'phone',
  'email',
  'deceased',
  'diagnosis',
  'account number',
  'safeguarding',
  'notes',
  // What is written in the patient's own resource: it makes nobody a patient of anything.
  'remarks',
] as const;

const NHS_NUMBER_SYSTEM = /nhs-number$/i;
const Text = z.string().catch('');
const List = <T extends z.ZodType>(item: T) => z.array(item).catch([]);
const Patient = z.object({
  id: Text,
  identifier: List(z.object({ system: Text, value: Text }).partial().catch({})),
  name: List(
    z
      .object({
        use: Text,
        family: z.union([z.string(), z.array(z.string())]).catch(''),
        given: List(z.string()),
        text: Text,
      })
      .partial()
      .catch({}),
  ),
  birthDate: Text,
  address: List(
    z
      .object({ postalCode: Text, line: List(z.string()), city: Text })
      .partial()
      .catch({}),
  ),
  telecom: List(z.object({ system: Text, value: Text }).partial().catch({})),
  deceasedBoolean: z.boolean().catch(false),
  deceasedDateTime: Text,
});
type Patient = z.infer<typeof Patient>;

/** Resources that say something of a person's health by being there. */
const HEALTH =
  /^(?:AllergyIntolerance|CarePlan|CareTeam|ClinicalImpression|Condition|DetectedIssue|DeviceUseStatement|DiagnosticReport|Encounter|EpisodeOfCare|FamilyMemberHistory|Goal|Immunization|Medication(?:Administration|Dispense|Request|Statement)|NutritionOrder|Observation|Procedure|QuestionnaireResponse|ReferralRequest|RiskAssessment|ServiceRequest|Specimen|VisionPrescription)$/;
const FINANCIAL = /^(?:Account|Claim|ClaimResponse|Coverage|ExplanationOfBenefit|Invoice)$/;
const SAFEGUARDING = /safeguard|child protection|risk to staff/i;
/** Fields of any resource in which people write. */
const WRITTEN = new Set([
  'text',
  'note',
  'comment',
  'description',
  'div',
  'detail',
  'summary',
  'patientInstruction',
  'valueString',
  'contentString',
  'display',
]);
const MOST_TEXT = 20_000;

/**
 * The row of a resource, or undefined when it is about no patient. `id` is what a bundle calls the resource.
 *
 * @example fhirRow({ resourceType: 'Condition', subject: { reference: 'Patient/1' } }, '')
 */
export function fhirRow(resource: unknown, id: string): readonly string[] | undefined {
  if (typeof resource !== 'object' || resource === null || !('resourceType' in resource))
    return undefined;
  const type = typeof resource.resourceType === 'string' ? resource.resourceType : '';
  const notes = writtenIn(resource);
  if (type === 'Patient') return patientRow(Patient.parse(resource), id, notes);
  const patient = patientOf(resource);
  if (patient === '') return undefined;
  const row: Partial<Record<(typeof FHIR_HEADER)[number], string>> = {
    'patient id': patient,
    diagnosis: HEALTH.test(type) ? type : '',
    'account number': FINANCIAL.test(type) ? type : '',
    safeguarding: type === 'Flag' && SAFEGUARDING.test(notes) ? 'flag' : '',
    notes,
  };
  return FHIR_HEADER.map((column) => row[column] ?? '');
}

function patientRow(patient: Patient, id: string, remarks: string): readonly string[] {
  const address = patient.address[0] ?? {};
  const telecom = (system: string): string =>
    patient.telecom.find((each) => each.system === system)?.value ?? '';
  const row: Partial<Record<(typeof FHIR_HEADER)[number], string>> = {
    'nhs number': patient.identifier.find((each) => isNhsNumber(each.system))?.value ?? '',
    'patient id': id === '' ? patient.id : id,
    ...nameOf(patient),
    'date of birth': patient.birthDate,
    postcode: address.postalCode ?? '',
    address: [...(address.line ?? []), address.city ?? ''].filter((part) => part !== '').join(', '),
    phone: telecom('phone'),
    email: telecom('email'),
    deceased: patient.deceasedBoolean || patient.deceasedDateTime !== '' ? 'Y' : '',
    remarks,
  };
  return FHIR_HEADER.map((column) => row[column] ?? '');
}

function isNhsNumber(system: string | undefined): boolean {
  return NHS_NUMBER_SYSTEM.test(system ?? '');
}

function nameOf({ name }: Patient): { 'given name': string; 'family name': string } {
  const current =
    name.find((each) => each.use === 'official') ?? name.find((each) => each.use !== 'old') ?? {};
  const family = current.family ?? '';
  const text = current.text ?? '';
  return {
    'given name': current.given?.[0] ?? text.split(' ')[0] ?? '',
    'family name': typeof family === 'string' && family !== '' ? family : lastOf(family, text),
  };
}

/** STU2 spelled the family name as a list; some senders fill only the text. */
function lastOf(family: string | readonly string[], text: string): string {
  if (typeof family !== 'string' && family.length > 0) return family.join(' ');
  return text.split(' ').at(-1) ?? '';
}

/** The id in the reference to the patient: `Patient/1`, `https://…/Patient/1/_history/2` or `urn:uuid:…`. */
function patientOf(resource: Readonly<Record<string, unknown>>): string {
  for (const field of ['subject', 'patient', 'for', 'individual', 'beneficiary']) {
    const value = resource[field];
    if (typeof value !== 'object' || value === null || !('reference' in value)) continue;
    const reference = typeof value.reference === 'string' ? value.reference : '';
    if (reference.startsWith('urn:')) return reference;
    const id = /(?:^|\/)Patient\/([A-Za-z0-9.-]{1,64})/.exec(reference)?.[1];
    if (id !== undefined) return id;
  }
  return '';
}

/** What people wrote in a resource, without markup. */
function writtenIn(resource: object): string {
  const found: string[] = [];
  const walk = (value: unknown, written: boolean, depth: number): void => {
    if (depth > 12) return;
    if (typeof value === 'string') {
      if (written) found.push(value.replaceAll(/<[^>]{0,500}>/g, ' '));
    } else if (Array.isArray(value)) {
      for (const each of value as unknown[]) walk(each, written, depth + 1);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value)) walk(each, WRITTEN.has(name), depth + 1);
    }
  };
  walk(resource, false, 0);
  return found.join('\n').slice(0, MOST_TEXT);
}
