// install and update: a bundle comes over the terminal, as many bytes as the line says, and goes into frames. Whatever
// is wrong with it, all bytes are taken, so that none of them is read as a command.
import { UPLOAD } from 'camkes';
import { KernelError, ObjectType } from 'sel4';
import { CSpace } from 'sel4/cspace';
import { FrameBytes, PAGE_BYTES, Window } from '../../../interfaces/frame-bytes';
import { MemoryError, ObjDesc, ObjDescBundle } from '../../../interfaces/memory';
import { allocate, allocateHere, giveBack, giveBackHere } from '../../../interfaces/memory-client';
import { PackageManagementRequest } from '../../../interfaces/package-management';
import { ProcessError } from '../../../interfaces/process-control';
import { askPackages, bundleReply } from '../../../interfaces/process-client';
import { memoryErrorName, processErrorName } from '../../../interfaces/error-names';
import { wrongArguments } from './memory-commands';

/** No bundle is larger: the board has 4 MiB. */
const MOST_BYTES: i32 = 2 * 1024 * 1024;

/** The terminal. */
export abstract class Terminal {
  /** Waits for some bytes; gives how many of them there are, at least one. */
  abstract read(into: Uint8Array): i32;
}

class Region extends Window {
  map(slot: u32): KernelError {
    return UPLOAD.map(slot);
  }
  unmap(slot: u32): KernelError {
    return UPLOAD.unmap(slot);
  }
  read(offset: u32, into: Uint8Array): void {
    UPLOAD.read(offset, into);
  }
  write(offset: u32, from: Uint8Array): void {
    UPLOAD.write(offset, from);
  }
}

const page: Uint8Array = new Uint8Array(PAGE_BYTES);
const region: Region = new Region();

/** `install SIZE` and `update SIZE`; behind the line come so many bytes. */
export function uploadCommand(words: string[], terminal: Terminal): string | null {
  let command = words[0];
  if (command != 'install' && command != 'update') return null;
  let size = words.length == 2 ? numberOf(words[1]) : 0;
  if (size <= 0 || size > MOST_BYTES) return wrongArguments(command);
  let count = (<u32>size + PAGE_BYTES - 1) / PAGE_BYTES;
  let bits = max<u32>(1, 32 - clz(count));
  let node = [new ObjDesc(ObjectType.CNode, bits, 0)];
  let error = allocateHere(node);
  if (error != MemoryError.Success) return withoutMemory(command, terminal, size, error);
  let pages = [new ObjDesc(ObjectType.Page, count, 0)];
  let frames = new ObjDescBundle(node[0].cptr, <u8>bits, pages);
  error = allocate(frames);
  if (error != MemoryError.Success) {
    giveBackHere(node);
    return withoutMemory(command, terminal, size, error);
  }
  receive(frames, terminal, size);
  let request =
    command == 'install'
      ? PackageManagementRequest.install(frames)
      : PackageManagementRequest.update(frames);
  let outcome = askPackages(request, frames.cnode);
  if (outcome == ProcessError.Success || outcome == ProcessError.UpdateFailed) {
    // The frames, and the CNode with them, are SecurityCoordinator's now.
    CSpace.remove(frames.cnode);
    if (outcome == ProcessError.Success)
      return (
        'Bundle "' + bundleReply() + '" ' + (command == 'install' ? 'installed' : 'updated') + '.\n'
      );
  } else {
    giveBack(frames);
    giveBackHere(node);
  }
  return command + ' failed: ' + processErrorName(outcome) + '\n';
}

function receive(frames: ObjDescBundle, terminal: Terminal, size: i32): void {
  let into = new FrameBytes(frames, region);
  let left = size;
  let number: u32 = 0;
  while (left > 0) {
    let wanted = min<i32>(left, PAGE_BYTES);
    fill(terminal, wanted);
    if (wanted < <i32>PAGE_BYTES) page.fill(0, wanted);
    into.writePage(number, page);
    number += 1;
    left -= wanted;
  }
  into.close();
}

/** So many bytes, at the start of `page`. */
function fill(terminal: Terminal, wanted: i32): void {
  let done = 0;
  while (done < wanted) done += terminal.read(page.subarray(done, wanted));
}

function withoutMemory(command: string, terminal: Terminal, size: i32, error: MemoryError): string {
  let left = size;
  while (left > 0) {
    let wanted = min<i32>(left, PAGE_BYTES);
    fill(terminal, wanted);
    left -= wanted;
  }
  return command + ' failed: ' + memoryErrorName(error) + '\n';
}

/** 0 for what is no number, or a very large one. */
function numberOf(text: string): i32 {
  if (text.length > 7) return 0;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    let digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return 0;
    value = value * 10 + digit;
  }
  return value;
}
