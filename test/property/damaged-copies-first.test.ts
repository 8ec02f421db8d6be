import { testDamagedCopies } from './damaged-copies.ts';

testDamagedCopies(0);
