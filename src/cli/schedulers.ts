/** Whose language a schedule is in. */
export const SCHEDULERS = ['windows', 'systemd', 'cron'] as const;
export type Scheduler = (typeof SCHEDULERS)[number];
