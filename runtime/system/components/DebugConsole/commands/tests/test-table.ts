// The commands that are for tests alone: each group is there if the assembly says so, and else nothing of it is compiled.
import {
  TEST_GLOBAL_ALLOCATOR,
  TEST_MAILBOX,
  TEST_MEMORY_MANAGER,
  TEST_ML_COORDINATOR,
  TEST_PANIC,
  TEST_SECURITY_COORDINATOR,
  TEST_TIMER_SERVICE,
  TEST_UART,
} from 'camkes';
import { Command } from '../../command';
import { allocatorTests } from './allocator-tests';
import { memoryTests } from './memory-tests';
import { modelTests } from './model-tests';
import { panicTests } from './panic-tests';
import { mailboxTests, securityTests } from './security-tests';
import { timerTests } from './timer-tests';
import { uartTests } from './uart-tests';

export function testCommands(): Command[] {
  let commands: Command[] = [];
  if (TEST_GLOBAL_ALLOCATOR) commands = commands.concat(allocatorTests());
  if (TEST_MAILBOX) commands = commands.concat(mailboxTests());
  if (TEST_MEMORY_MANAGER) commands = commands.concat(memoryTests());
  if (TEST_ML_COORDINATOR) commands = commands.concat(modelTests());
  if (TEST_PANIC) commands = commands.concat(panicTests());
  if (TEST_SECURITY_COORDINATOR) commands = commands.concat(securityTests());
  if (TEST_TIMER_SERVICE) commands = commands.concat(timerTests());
  if (TEST_UART) commands = commands.concat(uartTests());
  return commands;
}
