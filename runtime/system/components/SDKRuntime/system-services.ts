// The services that the SDKRuntime asks for applications, over its connections.
import { i2c, logger, mlcoord, sdk_manager, timer } from 'camkes';
import { I2cStatus, I2cVerb, TransferRequest, TransferResponse } from '../../interfaces/i2c';
import { LogLevel, LogRequest } from '../../interfaces/logger';
import {
  MlCoordError,
  MlCoordRequest,
  MlCoordVerb,
  MlOutput,
  mlCoordErrorOf,
} from '../../interfaces/ml-coordinator';
import { SdkError } from '../../interfaces/sdk-runtime';
import { SecurityError, SecurityRequest, SecurityRequestKind } from '../../interfaces/security';
import { askSecurity, keyValueReply } from '../../interfaces/security-client';
import {
  CompletedTimersResponse,
  NowResponse,
  TimerServiceError,
  TimerServiceRequest,
  TimerServiceVerb,
  timerServiceErrorOf,
} from '../../interfaces/timer-service';
import { Application } from './application';
import { Services } from './applications';
import { answerWaiting } from './calls';

/** Which client of `sdk_manager` is told of events; 0: none. */
let managerBadge: u32 = 0;

export function setManager(badge: u32): void {
  managerBadge = badge;
}

export function say(text: string, level: LogLevel = LogLevel.Info): void {
  logger.call(0, new LogRequest(level, text).encode());
}

/** What the driver of the bus tells of itself. */
export function busUsage(): Uint8Array | null {
  let status = i2c.call(I2cVerb.ComponentUsage, new Uint8Array(0));
  return status == I2cStatus.Success ? i2c.reply() : null;
}

export class SystemServices extends Services {
  log(text: string): void {
    say(text);
  }

  readKey(appId: string, key: string): Uint8Array | null {
    let error = askSecurity(SecurityRequest.ofKey(SecurityRequestKind.ReadKey, appId, key));
    return error == SecurityError.Success ? keyValueReply() : null;
  }

  writeKey(appId: string, key: string, value: Uint8Array): SdkError {
    switch (askSecurity(SecurityRequest.writeKey(appId, key, value))) {
      case SecurityError.Success:
        return SdkError.Success;
      case SecurityError.StorageFull:
      case SecurityError.KeyQuotaExceeded:
        return SdkError.OutOfResources;
      default:
        return SdkError.WriteKeyFailed;
    }
  }

  deleteKey(appId: string, key: string): bool {
    let request = SecurityRequest.ofKey(SecurityRequestKind.DeleteKey, appId, key);
    let error = askSecurity(request);
    // As in CantripOS: afterwards there is no such key, and that is what was asked for.
    return error == SecurityError.Success || error == SecurityError.KeyNotFound;
  }

  startTimer(id: u32, milliseconds: u32, isPeriodic: bool): TimerServiceError {
    let verb = isPeriodic ? TimerServiceVerb.Periodic : TimerServiceVerb.Oneshot;
    return askTimer(new TimerServiceRequest(verb, id, milliseconds));
  }

  cancelTimer(id: u32): void {
    askTimer(new TimerServiceRequest(TimerServiceVerb.Cancel, id));
  }

  completedTimers(): u32 {
    let error = askTimer(new TimerServiceRequest(TimerServiceVerb.CompletedTimers));
    if (error != TimerServiceError.Success) return 0;
    let response = CompletedTimersResponse.decode(timer.reply());
    return response ? response.timerMask : 0;
  }

  now(): u64 {
    let error = askTimer(new TimerServiceRequest(TimerServiceVerb.Now));
    let response = error == TimerServiceError.Success ? NowResponse.decode(timer.reply()) : null;
    return response ? response.ticks : 0;
  }

  startModel(appId: string, model: string, milliseconds: u32, isPeriodic: bool): MlCoordError {
    let verb = isPeriodic ? MlCoordVerb.Periodic : MlCoordVerb.Oneshot;
    return askModels(new MlCoordRequest(verb, appId, model, milliseconds));
  }

  cancelModel(appId: string, model: string): MlCoordError {
    return askModels(new MlCoordRequest(MlCoordVerb.Cancel, appId, model));
  }

  modelOutput(appId: string, model: string): MlOutput | null {
    let error = askModels(new MlCoordRequest(MlCoordVerb.GetOutput, appId, model));
    return error == MlCoordError.Success ? MlOutput.decode(mlcoord.reply()) : null;
  }

  /** A transfer of nothing tells. */
  hasDevice(device: string): bool {
    let request = new TransferRequest(device, new Uint8Array(0), 0).encode();
    return request ? i2c.call(I2cVerb.Transfer, request) != I2cStatus.NoSuchDevice : false;
  }

  transfer(device: string, write: Uint8Array, readCount: u32): Uint8Array | null {
    let request = new TransferRequest(device, write, readCount).encode();
    if (!request || i2c.call(I2cVerb.Transfer, request) != I2cStatus.Success) return null;
    let response = TransferResponse.decode(i2c.reply());
    return response ? response.bytes : null;
  }

  tellManager(): void {
    if (managerBadge) sdk_manager.emit(managerBadge);
  }

  answer(app: Application, error: SdkError, bytes: Uint8Array | null): void {
    answerWaiting(app.badge, error, bytes);
  }
}

function askTimer(request: TimerServiceRequest): TimerServiceError {
  return timerServiceErrorOf(timer.call(0, request.encode()));
}

function askModels(request: MlCoordRequest): MlCoordError {
  let bytes = request.encode();
  return bytes ? mlCoordErrorOf(mlcoord.call(0, bytes)) : MlCoordError.SerializeError;
}
