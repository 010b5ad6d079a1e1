import { Logger } from '@aws-lambda-powertools/logger';

/** One JSON line per entry; never log a token, an identity number or a whole event. */
export const logger = new Logger();
