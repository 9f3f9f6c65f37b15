import { useNodeRegexEngine } from '../lib/input/regex-engine';

// Tests of the core stand where a command would: they give it the engine.
useNodeRegexEngine();
