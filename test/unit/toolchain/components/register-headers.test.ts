import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deviceTables } from '../../../../runtime/registers/device-tables.js';
import { registerHeaders } from '../../../../runtime/toolchain/components/register-headers.js';

const headers = registerHeaders();

/** The macros of a header, in order. */
const macrosOf = (header: string): [string, string][] =>
  [...(headers.get(header) ?? '').matchAll(/^#define (\w+) (.+)$/gm)].map(
    ([, name = '', value = '']) => [name, value],
  );

const starting = (header: string, start: string): [string, string][] =>
  macrosOf(header).filter(([name]) => name.startsWith(start));

describe('the registers of devices as C headers', () => {
  it('are one for each table, under the name of the block', () => {
    assert.deepEqual(
      [...headers.keys()],
      [...deviceTables].map(([device, table]) => `${table.generatedName ?? device}_regs.h`),
    );
    assert.ok(headers.has('uart_regs.h') && headers.has('tlul_mailbox_regs.h'));
  });

  it('say no name twice, and have nothing beside macros and whole comments', () => {
    for (const [header, text] of headers) {
      const names = macrosOf(header).map(([name]) => name);
      assert.equal(new Set(names).size, names.length, header);
      for (const line of text.split('\n'))
        assert.match(
          line,
          /^$|^#pragma once$|^#define [A-Z]\w* \S|^\/\*(?!.*\*\/.*\*\/).*\*\/$/,
          header,
        );
    }
  });

  it('have an offset and a reset value of each register, bits by number, and masks that begin at bit 0', () => {
    assert.deepEqual(starting('uart_regs.h', 'UART_CTRL_'), [
      ['UART_CTRL_REG_OFFSET', '0x10'],
      ['UART_CTRL_REG_RESVAL', '0x0u'],
      ['UART_CTRL_TX_BIT', '0'],
      ['UART_CTRL_RX_BIT', '1'],
      ['UART_CTRL_NF_BIT', '2'],
      ['UART_CTRL_SLPBK_BIT', '4'],
      ['UART_CTRL_LLPBK_BIT', '5'],
      ['UART_CTRL_PARITY_EN_BIT', '6'],
      ['UART_CTRL_PARITY_ODD_BIT', '7'],
      ['UART_CTRL_RXBLVL_MASK', '0x3u'],
      ['UART_CTRL_RXBLVL_OFFSET', '8'],
      [
        'UART_CTRL_RXBLVL_FIELD',
        '((bitfield_field32_t) { .mask = UART_CTRL_RXBLVL_MASK, .index = UART_CTRL_RXBLVL_OFFSET })',
      ],
      ['UART_CTRL_RXBLVL_VALUE_BREAK2', '0x0'],
      ['UART_CTRL_RXBLVL_VALUE_BREAK4', '0x1'],
      ['UART_CTRL_RXBLVL_VALUE_BREAK8', '0x2'],
      ['UART_CTRL_RXBLVL_VALUE_BREAK16', '0x3'],
      ['UART_CTRL_NCO_MASK', '0xffffu'],
      ['UART_CTRL_NCO_OFFSET', '16'],
      [
        'UART_CTRL_NCO_FIELD',
        '((bitfield_field32_t) { .mask = UART_CTRL_NCO_MASK, .index = UART_CTRL_NCO_OFFSET })',
      ],
    ]);
    assert.deepEqual(starting('uart_regs.h', 'UART_STATUS_REG'), [
      ['UART_STATUS_REG_OFFSET', '0x14'],
      ['UART_STATUS_REG_RESVAL', '0x3cu'],
    ]);
  });

  it('have the reset value of storage where a read shows something else', () => {
    assert.deepEqual(starting('uart_regs.h', 'UART_VAL_REG_RESVAL'), [
      ['UART_VAL_REG_RESVAL', '0x0u'],
    ]);
  });

  it('name the bits of interrupts for all of their registers, where these have the same', () => {
    assert.deepEqual(starting('uart_regs.h', 'UART_INTR_COMMON_TX_EMPTY'), [
      ['UART_INTR_COMMON_TX_EMPTY_BIT', '2'],
    ]);
    assert.deepEqual(starting('rv_timer_regs.h', 'RV_TIMER_INTR_COMMON'), []);
  });

  it('have no mask of a field that fills its register', () => {
    assert.deepEqual(starting('gpio_regs.h', 'GPIO_DIRECT_OUT_'), [
      ['GPIO_DIRECT_OUT_REG_OFFSET', '0x14'],
      ['GPIO_DIRECT_OUT_REG_RESVAL', '0x0u'],
    ]);
  });

  it('count the fields of a multi-register, also of one that has a single register', () => {
    assert.deepEqual(starting('rv_timer_regs.h', 'RV_TIMER_CTRL_'), [
      ['RV_TIMER_CTRL_ACTIVE_FIELD_WIDTH', '1'],
      ['RV_TIMER_CTRL_MULTIREG_COUNT', '1'],
      ['RV_TIMER_CTRL_REG_OFFSET', '0x4'],
      ['RV_TIMER_CTRL_REG_RESVAL', '0x0u'],
      ['RV_TIMER_CTRL_ACTIVE_0_BIT', '0'],
    ]);
    const pending = new Map(starting('rv_plic_regs.h', 'RV_PLIC_IP_'));
    assert.deepEqual(
      [
        'MULTIREG_COUNT',
        '0_REG_OFFSET',
        '1_REG_OFFSET',
        '0_P_31_BIT',
        '1_P_32_BIT',
        '1_P_42_BIT',
      ].map((name) => pending.get(`RV_PLIC_IP_${name}`)),
      ['2', '0x1000', '0x1004', '31', '0', '10'],
    );
    assert.equal(pending.has('RV_PLIC_IP_1_P_43_BIT'), false);
  });

  it('number registers of their own, with their fields', () => {
    assert.deepEqual(starting('rv_plic_regs.h', 'RV_PLIC_PRIO42_').slice(0, 4), [
      ['RV_PLIC_PRIO42_REG_OFFSET', '0xa8'],
      ['RV_PLIC_PRIO42_REG_RESVAL', '0x0u'],
      ['RV_PLIC_PRIO42_PRIO42_MASK', '0x7u'],
      ['RV_PLIC_PRIO42_PRIO42_OFFSET', '0'],
    ]);
  });

  it('tell the size of a window', () => {
    assert.deepEqual(starting('spi_host_regs.h', 'SPI_HOST_TXDATA_'), [
      ['SPI_HOST_TXDATA_REG_OFFSET', '0x28'],
      ['SPI_HOST_TXDATA_SIZE_WORDS', '1'],
      ['SPI_HOST_TXDATA_SIZE_BYTES', '4'],
    ]);
  });

  it('have other devices, too, whose registers may be a byte wide', () => {
    assert.deepEqual(starting('ns16550_regs.h', 'NS16550_LSR_').slice(0, 3), [
      ['NS16550_LSR_REG_OFFSET', '0x5'],
      ['NS16550_LSR_REG_RESVAL', '0x60u'],
      ['NS16550_LSR_DR_BIT', '0'],
    ]);
    assert.deepEqual(starting('ns16550_regs.h', 'NS16550_PARAM'), [
      ['NS16550_PARAM_REG_WIDTH', '8'],
    ]);
  });
});
