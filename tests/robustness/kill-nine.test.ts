import { killSuite } from "../harness/kill-suite.ts";

killSuite(5, 400_000);
