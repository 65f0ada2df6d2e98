// Timers of each kind, alone and beside each other, and what is said of those that there are not.
import {
  SdkError,
  SdkNumber,
  sdk_error_name,
  sdk_log,
  sdk_timer_cancel,
  sdk_timer_oneshot,
  sdk_timer_periodic,
  sdk_timer_poll,
  sdk_timer_wait,
} from 'sdk';

const DURATION: u32 = 75;

export function main(): i32 {
  sdk_log('sdk_timer_cancel returned ' + said(sdk_timer_cancel(0)) + ' with nothing running');
  sdk_log('sdk_timer_poll returned ' + saidNumber(sdk_timer_poll()) + ' with nothing running');
  sdk_log(
    'sdk_timer_oneshot returned ' + said(sdk_timer_oneshot(99, 100)) + ' with an invalid timer id',
  );
  once();
  return periodic() && parallel() ? 0 : 1;
}

function once(): void {
  let error = sdk_timer_oneshot(0, 100);
  if (error != SdkError.Success) {
    sdk_log('sdk_timer_oneshot failed: ' + sdk_error_name(error));
    return;
  }
  sdk_log('Timer 0 started');
  let completed = sdk_timer_wait();
  if (completed.error == SdkError.Success) sdk_log('Timer 0 completed');
  else sdk_log('sdk_timer_wait failed: ' + sdk_error_name(completed.error));
}

function periodic(): bool {
  if (!start(1, DURATION)) return false;
  let milliseconds: u32 = 0;
  for (let turn = 0; turn < 10; turn++) {
    let mask = sdk_timer_wait().value;
    if ((mask & 2) != 0) milliseconds += DURATION;
    sdk_log('Timer completed: mask ' + binary(mask) + ' ms ' + milliseconds.toString());
  }
  return stop(1);
}

function parallel(): bool {
  if (!start(1, DURATION) || !start(2, 2 * DURATION)) return false;
  let ones = 0;
  let twos = 0;
  for (let turn = 0; turn < 21; turn++) {
    let mask = sdk_timer_wait().value;
    if ((mask & 2) != 0) ones++;
    if ((mask & 4) != 0) twos++;
    let counts = ' 1 ' + ones.toString().padStart(2) + ' 2 ' + twos.toString().padStart(2);
    sdk_log('Timer completed: mask ' + binary(mask) + counts);
  }
  if (!stop(2) || !stop(1)) return false;
  sdk_log('DONE!');
  return true;
}

function start(id: u32, milliseconds: u32): bool {
  let error = sdk_timer_periodic(id, milliseconds);
  let name = id.toString();
  if (error == SdkError.Success) sdk_log('Timer ' + name + ' started');
  else sdk_log('sdk_timer_periodic ' + name + ' failed: ' + sdk_error_name(error));
  return error == SdkError.Success;
}

function stop(id: u32): bool {
  let error = sdk_timer_cancel(id);
  let name = id.toString();
  if (error == SdkError.Success) sdk_log('Timer ' + name + ' canceld');
  else sdk_log('sdk_timer_cancel ' + name + ' failed: ' + sdk_error_name(error));
  return error == SdkError.Success;
}

function said(error: SdkError): string {
  return error == SdkError.Success ? 'Ok(())' : 'Err(' + sdk_error_name(error) + ')';
}

function saidNumber(number: SdkNumber): string {
  let isGiven = number.error == SdkError.Success;
  return isGiven ? 'Ok(' + number.value.toString() + ')' : said(number.error);
}

function binary(mask: u32): string {
  return '0b' + mask.toString(2).padStart(4, '0');
}
