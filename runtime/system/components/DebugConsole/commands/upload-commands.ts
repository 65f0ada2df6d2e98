// rz, install and update: a file comes over the terminal by ZMODEM. Whatever goes wrong, the prompt comes back and
// the memory of the file is free again.
import { Activity, Command, CommandError, Session } from '../command';
import { processErrorName } from '../../../interfaces/error-names';
import { PackageManagementRequest } from '../../../interfaces/package-management';
import { ProcessError } from '../../../interfaces/process-control';
import { askPackages, bundleReply } from '../../../interfaces/process-client';
import { UploadFrames } from '../upload-frames';
import { whatToDo } from './bundle-commands';
import { Outcome, Receiver } from '../zmodem/receiver';

const NO_TIMER: string =
  'There is no timer: an upload waits for as long as nothing comes. Ctrl-X five times ends it.';

export const uploadCommands: Command[] = [
  new Command('install', '-z', 'installs a bundle that comes by ZMODEM, as of sz', 1, 1, install),
  new Command(
    'update',
    '<bundle>',
    'puts a bundle that comes by ZMODEM in the place of one',
    1,
    1,
    update,
  ),
  new Command('rz', '', 'receives a file by ZMODEM, and tells what it is', 0, 0, rz),
];

enum Use {
  Tell,
  Install,
  Update,
}

class Upload extends Activity {
  private file: UploadFrames = new UploadFrames();
  private receiver: Receiver = new Receiver(this.file);

  constructor(
    private use: Use,
    /** Of an update. */
    private bundle: string = '',
  ) {
    super();
    this.hasKeys = true;
    this.isQuiet = true;
    this.note();
  }

  key(byte: u8): void {
    this.receiver.feed(byte);
    this.note();
  }

  timeOut(_session: Session): void {
    this.receiver.timeOut();
    this.note();
  }

  /** `rz` says nothing that a sender did not wait for. */
  get isTold(): bool {
    return this.use == Use.Tell;
  }

  takeOutput(): string {
    return this.receiver.takeAnswer();
  }

  finish(session: Session): void {
    let file = this.file;
    let outcome = this.receiver.outcome;
    // What the headers left of the line they were printed in.
    session.output.line('');
    let isWhole = file.close();
    if (outcome == Outcome.Received && isWhole) this.useFile(session);
    else session.output.line('upload failed: ' + reasonOf(outcome, file));
    file.giveBack();
  }

  private note(): void {
    this.isOver = this.receiver.isOver;
    this.patience = this.receiver.patience;
  }

  private useFile(session: Session): void {
    let size = this.file.size.toString();
    let sum = this.file.sum.toString(16).padStart(8, '0');
    if (this.use == Use.Tell) {
      session.output.line('size: ' + size + ', crc32: ' + sum);
      return;
    }
    session.output.line('Received ' + size + ' bytes of data, crc32 ' + sum);
    session.output.line(this.handOn());
  }

  private handOn(): string {
    let isInstall = this.use == Use.Install;
    let frames = this.file.frames;
    let failure = 'Bundle ' + (isInstall ? 'install' : 'update') + ' failed: ';
    if (this.file.size == 0) return failure + 'PackageBufferLenInvalid: the file is empty';
    let needed = this.file.extent.needed;
    if (needed > 0) return failure + shortText(this.file.size, needed);
    let request = isInstall
      ? PackageManagementRequest.install(frames)
      : PackageManagementRequest.update(frames, this.bundle);
    let error = askPackages(request, frames.cnode);
    // Also where the new one does not start, it is there.
    if (error == ProcessError.Success || error == ProcessError.UpdateFailed) this.file.forget();
    return error == ProcessError.Success
      ? 'Bundle "' + bundleReply() + '" ' + (isInstall ? 'installed' : 'updated')
      : failure + processErrorName(error) + whatToDo(error);
  }
}

function shortText(bytes: u32, needed: u32): string {
  return (
    'BundleDataInvalid: the file ends too early: it has ' +
    bytes.toString() +
    ' bytes, and its headers say at least ' +
    needed.toString()
  );
}

function install(words: string[], session: Session): CommandError {
  if (words[1] != '-z') {
    session.output.line('install only supports zmodem uploads');
    return CommandError.None;
  }
  return begin(new Upload(Use.Install), session);
}

function update(words: string[], session: Session): CommandError {
  return begin(new Upload(Use.Update, words[1]), session);
}

function rz(_words: string[], session: Session): CommandError {
  return begin(new Upload(Use.Tell), session);
}

function begin(upload: Upload, session: Session): CommandError {
  if (!upload.isTold) session.output.line('Starting zmodem upload...');
  if (!session.hasTimer) session.output.line(NO_TIMER);
  session.activity = upload;
  return CommandError.None;
}

function reasonOf(outcome: Outcome, file: UploadFrames): string {
  if (file.reason.length > 0) return file.reason;
  switch (outcome) {
    case Outcome.Cancelled:
      return 'it was cancelled';
    case Outcome.TimedOut:
      return 'nothing came for a minute';
    case Outcome.NoFile:
      return 'no file came';
    default:
      return 'too much of it was wrong';
  }
}
