// Requests for sound, as far as they can be answered without the device: no board of ours has one, so nothing ever records
// or plays. What is wrong with a request is told first, as CantripOS's driver of the I2S device tells it; and of what is
// right, that there is no such device.
import { SdkError, SdkRequest, SdkVerb } from '../../interfaces/sdk-runtime';

/** The device would run at the clock of the other peripherals, and divide it by an even number of eight bits and one. */
const CLOCK_HZ: u32 = 2_500_000;
const MOST_DIVISOR: u32 = 255;

export function answerOfAudio(request: SdkRequest): SdkError {
  switch (request.verb) {
    case SdkVerb.AudioReset: {
      let isRight = isReceiveLevel(request.receiveLevel) && isSendLevel(request.sendLevel);
      return isRight ? SdkError.NoPlatformSupport : SdkError.InvalidAudioParameter;
    }
    case SdkVerb.AudioRecordStart:
    case SdkVerb.AudioPlayStart:
      return isRate(request.rate) ? SdkError.NoPlatformSupport : SdkError.InvalidAudioParameter;
    // Nothing was started.
    case SdkVerb.AudioRecordCollect:
    case SdkVerb.AudioPlayWrite:
      return SdkError.InvalidAudioState;
    default:
      return SdkError.NoPlatformSupport;
  }
}

function isSendLevel(level: u8): bool {
  return level == 1 || level == 4 || level == 8 || level == 16;
}

function isReceiveLevel(level: u8): bool {
  return isSendLevel(level) || level == 30;
}

/** None at all is taken for the highest. */
function isRate(rate: u32): bool {
  let twice = max<u64>(1, 2 * <u64>rate);
  return CLOCK_HZ / twice <= MOST_DIVISOR;
}
