/** A state that cannot be used: another run holds it, another exhunt wrote it, it is damaged, or the disk refuses. */
export class StateError extends Error {}
