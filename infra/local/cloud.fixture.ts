/** The stack that cloud.test.ts deploys: one consumer behind two streams, a table and a rule, and the queues for what fails. */

/** Notes what it was given; fails once for what ends in `-once`, throws at `-poison`, takes a second for `-slow`. Its timer never ends. */
export const consumerSource = `
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
setInterval(() => {}, 1e6);
exports.handler = async ({ Records }) => {
  const before = existsSync(process.env.SEEN) ? readFileSync(process.env.SEEN, 'utf8') : '';
  const data = Records.map((r) => (r.kinesis ? Buffer.from(r.kinesis.data, 'base64').toString('latin1') : r.dynamodb.Keys.id.S));
  appendFileSync(process.env.SEEN, JSON.stringify({ data, shard: Records[0].eventID, at: Date.now() }) + '\\n');
  if (data.some((each) => each.endsWith('-slow'))) await new Promise((done) => setTimeout(done, 1000));
  if (data.some((each) => each.endsWith('-poison'))) throw new Error('poison');
  const failed = Records.filter((_, i) => data[i].endsWith('-once') && !before.includes(data[i]));
  return { batchItemFailures: failed.map((r) => ({ itemIdentifier: r.kinesis.sequenceNumber })) };
};`;

const arn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
const trust = (Service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
});
const stream = (Name: string, ShardCount: number) => ({
  Type: 'AWS::Kinesis::Stream',
  Properties: { Name, ShardCount },
});
const queue = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });
const source = (EventSourceArn: unknown, more: object) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: {
    FunctionName: { Ref: 'Consumer' },
    EventSourceArn,
    StartingPosition: 'TRIM_HORIZON',
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ...more,
  },
});
const rule = (RuleName: string, streamName: string, role: string, errorQueue: string) => ({
  Type: 'AWS::IoT::TopicRule',
  Properties: {
    RuleName,
    TopicRulePayload: {
      Sql: 'SELECT *',
      AwsIotSqlVersion: '2016-03-23',
      // Basic Ingest: `$aws/rules/<name>/d/<client>`, the topic from `d` on.
      // biome-ignore lint/suspicious/noTemplateCurlyInString: IoT's own substitution template.
      Actions: [{ Kinesis: { StreamName: streamName, PartitionKey: '${topic(2)}', RoleArn: arn(role) } }],
      ErrorAction: { Sqs: { QueueUrl: { Ref: errorQueue }, RoleArn: arn(role), UseBase64: false } },
    },
  },
});
const ruleRole = (statement: object) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: trust('iot.amazonaws.com'),
    Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: [statement] } }],
  },
});

export const template = (code: string, seen: string): string =>
  JSON.stringify({
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust('lambda.amazonaws.com') } },
      Consumer: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: 'consumer',
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Timeout: 10,
          Role: arn('Role'),
          Code: { ZipFile: code },
          Environment: { Variables: { SEEN: seen } },
        },
      },
      Partial: stream('partial', 2),
      Poison: stream('poison', 1),
      Discarded: queue('discarded'),
      Kept: queue('kept'),
      FailedRules: queue('failed-rules'),
      ForbiddenRules: queue('forbidden-rules'),
      Outbox: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'outbox',
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        },
      },
      PartialSource: source(arn('Partial'), { ParallelizationFactor: 2 }),
      PoisonSource: source(arn('Poison'), {
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination: arn('Discarded') } },
      }),
      OutboxSource: source(
        { 'Fn::GetAtt': ['Outbox', 'StreamArn'] },
        {
          FilterCriteria: {
            Filters: [{ Pattern: JSON.stringify({ dynamodb: { Keys: { id: { S: [{ prefix: 'd' }] } } } }) }],
          },
        },
      ),
      RuleRole: ruleRole({ Effect: 'Allow', Action: 'kinesis:PutRecord', Resource: '*' }),
      PowerlessRole: ruleRole({ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }),
      ToStream: rule('to_stream', 'partial', 'RuleRole', 'FailedRules'),
      ToNowhere: rule('to_nowhere', 'nowhere', 'RuleRole', 'FailedRules'),
      ToForbidden: rule('to_forbidden', 'partial', 'PowerlessRole', 'ForbiddenRules'),
    },
  });
