/** What this machine lacks or refuses, in a sentence that says what to do. It is never a skipped test. */
export class HostFailure extends Error {}
