// test_timer_async, test_timer_blocking and test_timer_completed: timers of TimerService, but for the shell's own.
import { timer } from 'camkes';
import {
  CompletedTimersResponse,
  TimerServiceError,
  TimerServiceRequest,
  TimerServiceVerb,
  timerServiceErrorOf,
} from '../../../../interfaces/timer-service';
import { Command, CommandError, Session } from '../../command';
import { wholeNumberOf } from '../../decimal';
import { Sleep } from '../timer';

/** What a mask has, as it is shown. */
const DIGITS: i32 = 30;
const ERRORS: string[] = [
  'Success',
  'NoSuchTimer',
  'TimerAlreadyExists',
  'DeserializeFailed',
  'SerializeFailed',
  'UnknownError',
];

export function timerTests(): Command[] {
  return [
    new Command(
      'test_timer_async',
      '<timer> <milliseconds>',
      'starts a timer and does not wait for it; timer 31 is the shell’s own',
      2,
      2,
      begin,
    ),
    new Command('test_timer_blocking', '<milliseconds>', 'waits for a timer', 1, 1, wait),
    new Command('test_timer_completed', '', 'tells which timers are over', 0, 0, completed),
  ];
}

function begin(words: string[], session: Session): CommandError {
  let id = wholeNumberOf(words[1], 0xffff_ffff);
  let time = wholeNumberOf(words[2], 0xffff_ffff);
  if (id < 0 || time < 0) return CommandError.BadArguments;
  session.output.line('Starting timer ' + words[1] + ' for ' + words[2] + ' ms.');
  let request = new TimerServiceRequest(TimerServiceVerb.Oneshot, <u32>id, <u32>time);
  let error = timerServiceErrorOf(timer.call(0, request.encode()));
  if (error == TimerServiceError.Success) return CommandError.None;
  session.output.line('cantrip_timer_oneshot failed: ' + ERRORS[<i32>error]);
  return CommandError.BadArguments;
}

class Blocking extends Sleep {
  finish(session: Session): void {
    session.output.line('Timer completed.');
  }
}

function wait(words: string[], session: Session): CommandError {
  let time = wholeNumberOf(words[1], 0xffff_ffff);
  if (time < 0) return CommandError.BadArguments;
  session.output.line('Blocking ' + words[1] + ' ms waiting for timer.');
  if (!session.hasTimer) session.output.line('There is no timer: nothing waits.');
  session.activity = new Blocking(<u32>time);
  return CommandError.None;
}

/** Also those that were over when the shell waited for its own. */
function completed(_words: string[], session: Session): CommandError {
  let error = timer.call(0, new TimerServiceRequest(TimerServiceVerb.CompletedTimers).encode());
  let response = CompletedTimersResponse.decode(timer.reply());
  if (error != TimerServiceError.Success || !response) {
    session.output.line(
      'cantrip_timer_completed_timers failed: ' + ERRORS[<i32>timerServiceErrorOf(error)],
    );
    return CommandError.None;
  }
  let mask = session.completedTimers | response.timerMask;
  session.completedTimers = 0;
  session.output.line('Timers completed: 0b' + mask.toString(2).padStart(DIGITS, '0'));
  return CommandError.None;
}
