import { killSuite } from "../harness/kill-suite.ts";

killSuite(50, 3_600_000);
