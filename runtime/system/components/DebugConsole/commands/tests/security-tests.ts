// scecho, size_buffer, get_manifest, load_application, load_model and test_mailbox: requests to SecurityCoordinator.
import { security } from 'camkes';
import { ObjectType } from 'sel4';
import { Reader } from 'sel4/postcard';
import { securityErrorName } from '../../../../interfaces/error-names';
import { ObjDesc } from '../../../../interfaces/memory';
import { giveBack, giveBackHere } from '../../../../interfaces/memory-client';
import {
  SecurityError,
  SecurityRequest,
  SecurityRequestKind,
} from '../../../../interfaces/security';
import {
  Loaded,
  askSecurity,
  loadApplication,
  loadModel,
  textReply,
} from '../../../../interfaces/security-client';
import { ANY, Command, CommandError, Session } from '../../command';
import { bundleText } from './bundle-text';

export function securityTests(): Command[] {
  return [
    new Command('scecho', '[text]...', 'has its arguments sent back', 0, ANY, echo),
    new Command('size_buffer', '<bundle>', 'tells how large a package is', 1, 1, size),
    new Command('get_manifest', '<bundle>', 'shows the manifest of a package', 1, 1, manifest),
    new Command('load_application', '<bundle>', 'loads an application', 1, 1, application),
    new Command('load_model', '<bundle> <model>', 'loads a model', 2, 2, model),
  ];
}

export function mailboxTests(): Command[] {
  return [new Command('test_mailbox', '', 'sends a message to the security core', 0, 0, mailbox)];
}

function echo(words: string[], session: Session): CommandError {
  let text = words.slice(1).join(' ');
  let error = askSecurity(SecurityRequest.named(SecurityRequestKind.Echo, text));
  if (error == SecurityError.Success) session.output.line(textReply());
  else session.output.line('ECHO replied ' + securityErrorName(error));
  return CommandError.None;
}

function size(words: string[], session: Session): CommandError {
  let error = askSecurity(SecurityRequest.named(SecurityRequestKind.SizeBuffer, words[1]));
  if (error == SecurityError.Success)
    session.output.line(Reader.over(security.reply()).size().toString());
  else fail('SizeBuffer', error, session);
  return CommandError.None;
}

function manifest(words: string[], session: Session): CommandError {
  let error = askSecurity(SecurityRequest.named(SecurityRequestKind.GetManifest, words[1]));
  if (error == SecurityError.Success) {
    let lines = textReply().trimEnd().split('\n');
    for (let index = 0; index < lines.length; index++) session.output.line(lines[index]);
  } else fail('GetManifest', error, session);
  return CommandError.None;
}

function application(words: string[], session: Session): CommandError {
  tellOf('LoadApplication', loadApplication(words[1]), session);
  return CommandError.None;
}

function model(words: string[], session: Session): CommandError {
  tellOf('LoadModel', loadModel(words[1], words[2]), session);
  return CommandError.None;
}

/** What was loaded goes back at once. */
function tellOf(what: string, loaded: Loaded, session: Session): void {
  let frames = loaded.frames;
  if (!frames) {
    fail(what, loaded.error, session);
    return;
  }
  session.output.line(bundleText(frames));
  giveBack(frames);
  giveBackHere([new ObjDesc(ObjectType.CNode, frames.depth, frames.cnode)]);
}

function mailbox(_words: string[], session: Session): CommandError {
  let error = askSecurity(SecurityRequest.named(SecurityRequestKind.TestMailbox));
  let isRight = error == SecurityError.Success;
  session.output.line(isRight ? 'Test mailbox OK.' : 'Test mailbox failed.');
  return CommandError.None;
}

function fail(what: string, error: SecurityError, session: Session): void {
  session.output.line(what + ' failed: ' + securityErrorName(error));
}
