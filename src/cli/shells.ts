/** Shells that can be taught to complete. */
export const SHELLS = ['bash', 'zsh', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/** What their scripts ask exhunt with; for no one else. */
export const COMPLETE = '--complete';
