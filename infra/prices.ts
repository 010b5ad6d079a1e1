/**
 * List prices in US dollars, region us-east-1; the one place where they stand. DynamoDB's were checked against public pages of 2025, the
 * others still are to be; China's regions and GovCloud have their own. Look at the pages named before you rely on a sum.
 */
export const PRICES = {
  /** https://aws.amazon.com/iot-core/pricing/ — Basic Ingest has no messaging charge. */
  iotRule: 0.15e-6,
  iotAction: 0.15e-6,
  /** https://aws.amazon.com/kinesis/data-streams/pricing/ — provisioned; a PUT payload unit is 25 KB. */
  kinesisShardHour: 0.015,
  kinesisPut: 0.014e-6,
  /** https://aws.amazon.com/lambda/pricing/ — ARM. */
  lambdaRequest: 0.2e-6,
  lambdaGbSecond: 0.0000133334,
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/ — reading a stream by Lambda is free. */
  dynamoWrite: 0.625e-6,
  /** https://aws.amazon.com/dynamodb/pricing/on-demand/ — a consistent read of up to 4 KB. */
  dynamoRead: 0.125e-6,
  /** https://aws.amazon.com/eventbridge/pricing/ — a custom event; a scheduler's invocation. */
  busEvent: 1e-6,
  schedule: 1e-6,
  /** https://aws.amazon.com/sqs/pricing/ — a request: put, received and deleted are three, batched here by the event source. */
  queueRequest: 0.4e-6,
  /** https://aws.amazon.com/api-gateway/pricing/ — HTTP API. */
  httpRequest: 1e-6,
} as const;
