// Text to the terminal, by the UARTDriver. Whoever writes holds `tx_lock`: the shell's thread and that of the logger
// would else write into the same memory. Nothing is allocated for what is logged, since a command that runs may
// keep memory from being reclaimed for as long as it does.
import { tx_dataport, tx_lock, uart_write } from 'camkes';
import { WriteVerb } from '../../interfaces/uart';
import { sizeOfCharacter } from './logger';
import { Output } from './output';

/** Above it a text is sent in pieces. */
const PIECE_BYTES: u32 = 2048;
/** As `WriteRequest` writes it: the number in eight bytes, of which two are enough. */
const request: Uint8Array = new Uint8Array(9);
request[0] = <u8>WriteVerb.Write;

export class UartOutput extends Output {
  /** Bytes that lie in the shared memory and are not sent. */
  private count: u32 = 0;

  send(text: string): void {
    tx_lock.lock();
    this.sendLocked(text);
    tx_lock.unlock();
  }

  /** For those who hold the lock. */
  sendLocked(text: string): void {
    let bytes = Uint8Array.wrap(String.UTF8.encode(text));
    for (let at = 0; at < bytes.length; at++) this.put(bytes[at]);
    this.flush();
  }

  /** A message that may be anything, and the end of its line; for those who hold the lock. */
  sendMessage(bytes: Uint8Array, start: i32, end: i32): void {
    for (let at = start; at < end; at++) {
      let size = sizeOfCharacter(bytes, at, end);
      if (size == 0) this.putOther(bytes[at]);
      else this.put(bytes[at]);
      for (let left = size - 1; left > 0; left--) {
        at++;
        this.put(bytes[at]);
      }
    }
    this.endLine();
    this.flush();
  }

  private putOther(byte: u8): void {
    if (byte == 0x0a) this.endLine();
    else this.put(byte == 0x09 ? 0x20 : 0x2e);
  }

  private endLine(): void {
    this.put(0x0d);
    this.put(0x0a);
  }

  private put(byte: u8): void {
    tx_dataport.set<u8>(this.count, byte);
    this.count++;
    if (this.count == PIECE_BYTES) this.flush();
  }

  /** What the driver does not take is lost. */
  private flush(): void {
    if (this.count == 0) return;
    request[1] = <u8>this.count;
    request[2] = <u8>(this.count >> 8);
    this.count = 0;
    uart_write.call(0, request);
  }
}
