/** A target that cannot be used; the message holds no secret. */
export class TargetError extends Error {}
