/**
 * The device trees of the boards that there are, as source, so that a query leads to lines that one can read. Surprising
 * choice: the same is written in the machine's tables, which the toolchain may not see; a test compares the two.
 */
import type { BoardName } from '../settings/cantrip-json.js';

const folder = 'builtin:/boards';

export const boardTreePath = (board: BoardName): string => `${folder}/${board}.dts`;

/** What stands under such a path; undefined when nothing does. */
export const boardTreeText = (path: string): string | undefined => texts.get(path);

const virt = `/dts-v1/;

/ {
  #address-cells = <2>;
  #size-cells = <2>;
  compatible = "riscv-virtio";
  model = "riscv-virtio,qemu";

  chosen {
    stdout-path = "/soc/serial@10000000";
  };

  poweroff {
    compatible = "syscon-poweroff";
    regmap = <3>;
    offset = <0>;
    value = <0x5555>;
  };

  reboot {
    compatible = "syscon-reboot";
    regmap = <3>;
    offset = <0>;
    value = <0x7777>;
  };

  memory@80000000 {
    device_type = "memory";
    reg = <0 0x80000000 0 0x1000000>;
  };

  cpus {
    #address-cells = <1>;
    #size-cells = <0>;
    timebase-frequency = <0x989680>;

    cpu@0 {
      phandle = <1>;
      device_type = "cpu";
      reg = <0>;
      status = "okay";
      compatible = "riscv";
      riscv,isa = "rv32imac_zicsr_zifencei";
      mmu-type = "riscv,sv32";

      interrupt-controller {
        #interrupt-cells = <1>;
        interrupt-controller;
        compatible = "riscv,cpu-intc";
        phandle = <2>;
      };
    };

    cpu-map {

      cluster0 {

        core0 {
          cpu = <1>;
        };
      };
    };
  };

  soc {
    #address-cells = <2>;
    #size-cells = <2>;
    compatible = "simple-bus";
    ranges;

    test@100000 {
      phandle = <3>;
      compatible = "sifive,test1", "sifive,test0", "syscon";
      reg = <0 0x100000 0 0x1000>;
    };

    rtc@101000 {
      phandle = <4>;
      compatible = "google,goldfish-rtc";
      reg = <0 0x101000 0 0x1000>;
      interrupt-parent = <6>;
      interrupts = <0xb>;
    };

    clint@2000000 {
      phandle = <5>;
      compatible = "sifive,clint0", "riscv,clint0";
      reg = <0 0x2000000 0 0x10000>;
      interrupts-extended = <2 3 2 7>;
    };

    plic@c000000 {
      phandle = <6>;
      compatible = "sifive,plic-1.0.0", "riscv,plic0";
      reg = <0 0xc000000 0 0x600000>;
      interrupts-extended = <2 0xb 2 9>;
      interrupt-controller;
      #interrupt-cells = <1>;
      #address-cells = <0>;
      riscv,ndev = <0x60>;
    };

    serial@10000000 {
      phandle = <7>;
      compatible = "ns16550a";
      reg = <0 0x10000000 0 0x100>;
      interrupt-parent = <6>;
      interrupts = <0xa>;
      clock-frequency = <0x384000>;
    };
  };
};
`;

const nexus = `/dts-v1/;

/ {
  #address-cells = <2>;
  #size-cells = <2>;
  compatible = "google,nexus0";
  model = "google,nexus0";

  chosen {
    stdout-path = "/soc/serial@54000000";
  };

  memory@50000000 {
    device_type = "memory";
    reg = <0 0x50000000 0 0x400000>;
  };

  cpus {
    #address-cells = <1>;
    #size-cells = <0>;
    timebase-frequency = <0x2625a0>;

    cpu@0 {
      phandle = <1>;
      device_type = "cpu";
      reg = <0>;
      status = "okay";
      compatible = "riscv";
      riscv,isa = "rv32imac_zicsr_zifencei";
      mmu-type = "riscv,sv32";

      interrupt-controller {
        #interrupt-cells = <1>;
        interrupt-controller;
        compatible = "riscv,cpu-intc";
        phandle = <2>;
      };
    };

    cpu-map {

      cluster0 {

        core0 {
          cpu = <1>;
        };
      };
    };
  };

  soc {
    #address-cells = <2>;
    #size-cells = <2>;
    compatible = "simple-bus";
    ranges;

    serial@54000000 {
      phandle = <3>;
      compatible = "lowrisc,uart";
      reg = <0 0x54000000 0 0x1000>;
      interrupt-parent = <12>;
      interrupts = <1 2 3 4 5 6 7 8>;
    };

    timer@54010000 {
      phandle = <4>;
      compatible = "lowrisc,timer";
      reg = <0 0x54010000 0 0x1000>;
      interrupts-extended = <2 5>;
      clock-frequency = <0x2625a0>;
    };

    timersw@54011000 {
      phandle = <5>;
      compatible = "lowrisc,timer";
      reg = <0 0x54011000 0 0x1000>;
      interrupt-parent = <12>;
      interrupts = <0x26>;
      clock-frequency = <0x2625a0>;
    };

    gpio@54020000 {
      phandle = <6>;
      compatible = "lowrisc,gpio";
      reg = <0 0x54020000 0 0x1000>;
      interrupt-parent = <12>;
      interrupts = <9 0xa 0xb 0xc 0xd 0xe 0xf 0x10>;
    };

    i2c@54030000 {
      phandle = <7>;
      compatible = "lowrisc,i2c";
      reg = <0 0x54030000 0 0x1000>;
      interrupt-parent = <12>;
      interrupts = <0x11 0x12 0x13 0x14 0x15 0x16 0x17 0x18 0x19 0x1a 0x1b 0x1c 0x1d 0x1e 0x1f>;
    };

    spi@54040000 {
      phandle = <8>;
      compatible = "lowrisc,spi";
      reg = <0 0x54040000 0 0x1000>;
      interrupt-parent = <12>;
      interrupts = <0x24 0x25>;
    };

    mailbox@540f1000 {
      phandle = <9>;
      compatible = "google,tlul_mailbox";
      reg = <0 0x540f1000 0 0x1000>;
      interrupt-parent = <12>;
      interrupts = <0x27 0x28 0x29>;
    };

    sram@5a000000 {
      phandle = <10>;
      compatible = "mmio-sram";
      reg = <0 0x5a000000 0 0x400000>;
    };

    ml@5c000000 {
      phandle = <11>;
      compatible = "google,ml_top";
      reg = <0 0x5c000000 0 0x1000>;
      interrupt-parent = <12>;
      interrupts = <0x20 0x21 0x22 0x23>;
    };

    interrupt-controller@60000000 {
      phandle = <12>;
      compatible = "riscv,plic0";
      reg = <0 0x60000000 0 0x8000000>;
      interrupts-extended = <2 9>;
      interrupt-controller;
      #interrupt-cells = <1>;
      #address-cells = <0>;
      riscv,ndev = <0x2a>;
      riscv,max-priority = <7>;
    };
  };
};
`;

const texts: ReadonlyMap<string, string> = new Map([
  [boardTreePath('virt'), virt],
  [boardTreePath('nexus'), nexus],
]);
