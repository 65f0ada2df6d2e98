// Where commands write: lines of text, which end for a terminal as it wants it.
export abstract class Output {
  /** Bytes that are sent as they are. */
  abstract send(text: string): void;

  line(text: string): void {
    this.send(text + '\r\n');
  }
}
