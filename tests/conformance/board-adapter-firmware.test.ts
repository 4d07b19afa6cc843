import { adapterSuite } from "../harness/uno/adapter-suite.ts";

adapterSuite("StandardFirmata on avr8js");
