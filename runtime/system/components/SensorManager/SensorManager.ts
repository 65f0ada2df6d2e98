// The driver of the I2C bus: it knows targets by names, and nobody reaches one that has none.
import { clock, devices, i2c, registers } from 'camkes';
import {
  I2cStatus,
  I2cVerb,
  MOST_BYTES,
  TransferRequest,
  TransferResponse,
} from '../../interfaces/i2c';
import { encodeUsage } from '../../interfaces/own-usage';
import { Devices } from './devices';
import { I2cError, I2cHost, I2cRegisters } from './i2c-host';

class Bus extends I2cRegisters {
  read(register: u32): u32 {
    return registers.get<u32>(register);
  }

  write(register: u32, value: u32): void {
    registers.set<u32>(register, value);
  }
}

let host: I2cHost = new I2cHost(new Bus(), <u32>clock);
let known: Devices = new Devices(devices);

export function i2c_request(_badge: u32, label: u32): u32 {
  if (label == I2cVerb.ComponentUsage) {
    i2c.reply(encodeUsage());
    return I2cStatus.Success;
  }
  let request = TransferRequest.decode(i2c.request());
  if (!request) return I2cStatus.DeserializeFailed;
  let address = known.addressOf(request.device);
  if (address < 0) return I2cStatus.NoSuchDevice;
  if (request.readCount > MOST_BYTES || <u32>request.write.length > MOST_BYTES)
    return I2cStatus.TooLong;
  let read = new Uint8Array(<i32>request.readCount);
  let error = host.transfer(<u8>address, request.write, read);
  if (error != I2cError.None) return I2cStatus.Failed;
  i2c.reply(new TransferResponse(read).encode());
  return I2cStatus.Success;
}
