import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runEncoding } from '../../../support/guest-encoding.js';

const { bytesOf, toldOf, guest } = runEncoding(
  ['mailbox'],
  `
  import { MailboxMessage, MailboxRequest, mailboxErrorOf } from '../interfaces/mailbox';
  export function request(verb: i32, address: u32, size: u32): void { give(new MailboxRequest(verb, address, size).encode()); }
  export function message(address: u32, size: u32): void { give(new MailboxMessage(address, size).encode()); }
  export function decodeRequest(): string {
    let request = MailboxRequest.decode(taken);
    return request === null ? 'null' : request.verb.toString() + ' ' + request.address.toString(16) + ' ' + request.size.toString();
  }
  export function decodeMessage(): string {
    let message = MailboxMessage.decode(taken);
    return message === null ? 'null' : message.address.toString(16) + ' ' + message.size.toString();
  }
  export function error(label: u32): i32 { return mailboxErrorOf(label); }
`,
);

describe('requests to the mailbox driver', () => {
  const place = [0, 0x10, 0, 0x50, 0, 2, 0, 0];

  it('send what lies in memory', () => {
    assert.deepEqual(bytesOf('request', 0, 0x5000_1000, 512), [0, ...place]);
    assert.equal(toldOf('decodeRequest', [0, ...place]), '0 50001000 512');
  });

  it('receive, and are answered with where the message is', () => {
    assert.deepEqual(bytesOf('request', 1, 0, 0), [1]);
    assert.equal(toldOf('decodeRequest', [1]), '1 0 0');
    assert.deepEqual(bytesOf('message', 0x5000_1000, 512), place);
    assert.equal(toldOf('decodeMessage', place), '50001000 512');
    assert.equal(toldOf('decodeMessage', place.slice(1)), 'null');
  });

  it('are none when they end too soon, or ask what there is not', () => {
    for (const bytes of [[], [0], [0, 1, 2, 3, 4, 5, 6, 7], [3]])
      assert.equal(toldOf('decodeRequest', bytes), 'null');
  });

  it('have an unknown error for a status that nobody gives', () => {
    assert.deepEqual(
      [0, 4, 5, 6].map((label) => guest.call('error', label)),
      [0, 4, 5, 3],
    );
  });
});
