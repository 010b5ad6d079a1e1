import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useWords } from '../context.ts';
import type { IncidentView } from '../model.ts';

/** 2 to 500 characters, as the API asks. */
const LENGTH = { min: 2, max: 500 };

const COMMON = {
  zh: ['现场核实，已处置，水位回落', '误报，设备故障，已报修', '演练，已结束'],
  en: ['Checked on site, dealt with, level falling', 'False alarm: device at fault, repair ordered', 'Exercise, over'],
} as const;

interface Props {
  readonly incident: IncidentView;
  readonly open: boolean;
  readonly onSubmit: (reason: string) => Promise<void>;
  readonly onCancel: () => void;
}

/** Closing takes a reason: it stands in the record. */
export const ResolveDialog = ({ incident, open, onSubmit, onCancel }: Props) => {
  const { words, language, say } = useWords();
  const [form] = Form.useForm<{ reason: string }>();
  const [busy, setBusy] = useState(false);
  const finish = async ({ reason }: { reason: string }) => {
    setBusy(true);
    await onSubmit(reason.trim());
    setBusy(false);
    form.resetFields();
  };
  return (
    <Modal
      open={open}
      title={words.act.resolveHeading}
      onCancel={onCancel}
      destroyOnHidden
      footer={[
        <Button key="cancel" size="large" onClick={onCancel}>
          {words.act.cancel}
        </Button>,
        <Button key="submit" size="large" type="primary" data-testid="resolve-submit" loading={busy} onClick={() => form.submit()}>
          {words.act.submit}
        </Button>,
      ]}
    >
      <p>{words.act.resolveWhat(say(incident.planName), incident.alerts)}</p>
      <Form form={form} layout="vertical" onFinish={(values) => void finish(values)}>
        <Form.Item
          name="reason"
          label={words.act.reason}
          rules={[
            { required: true, whitespace: true, message: words.act.reasonMissing },
            { min: LENGTH.min, message: words.act.reasonShort },
            { max: LENGTH.max, message: words.act.reasonLong },
          ]}
        >
          <Input.TextArea
            rows={3}
            autoFocus
            maxLength={LENGTH.max}
            showCount
            placeholder={words.act.reasonPlaceholder}
            data-testid="resolve-reason"
          />
        </Form.Item>
        <fieldset className="quick">
          <legend className="visually-hidden">{words.act.quick}</legend>
          {COMMON[language].map((reason) => (
            <Button key={reason} onClick={() => form.setFieldsValue({ reason })}>
              {reason}
            </Button>
          ))}
        </fieldset>
      </Form>
    </Modal>
  );
};
