import { adapterSuite } from "../harness/uno/adapter-suite.ts";

adapterSuite("the simulator");
