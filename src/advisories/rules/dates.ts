/** The day on which all rules were last compared with their sources; a rule that is older says its own. */
export const CHECKED = '2026-11-22';
