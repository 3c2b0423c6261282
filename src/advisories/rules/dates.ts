/** The day on which all rules were last gone through; a rule that is older says its own. */
export const CHECKED = '2026-11-22';
