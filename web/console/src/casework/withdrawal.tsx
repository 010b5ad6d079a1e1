import { App, Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useConsole, useWords } from '../context.ts';
import { asProblem } from '../shared/api.ts';
import { useStatusWords } from './case-words.ts';
import { type CaseView, withdrawCase } from './requests.ts';

const REASON = { min: 2, max: 1000 } as const;

interface Props {
  readonly view: CaseView;
  readonly onWithdrawn: (view: CaseView, what: string) => void;
  readonly onStale: () => Promise<void>;
}

/** It ends the request: asked for once more, with a reason. */
export const Withdrawal = ({ view, onWithdrawn, onStale }: Props) => {
  const words = useStatusWords();
  const { words: common, language } = useWords();
  const { api } = useConsole();
  const { notification } = App.useApp();
  const [form] = Form.useForm<{ reason: string }>();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const finish = async ({ reason }: { reason: string }) => {
    setBusy(true);
    try {
      onWithdrawn(await withdrawCase(api, view, reason.trim()), words.withdraw.done);
    } catch (error) {
      const problem = asProblem(error, language);
      if (problem.status === 412) await onStale();
      else notification.error({ title: problem.title, description: problem.detail, role: 'alert', duration: 0 });
    } finally {
      setBusy(false);
      setOpen(false);
    }
  };
  return (
    <>
      <Button danger data-testid="withdraw" onClick={() => setOpen(true)}>
        {words.page.withdraw}
      </Button>
      <Modal
        open={open}
        title={words.withdraw.heading}
        onCancel={() => setOpen(false)}
        destroyOnHidden
        footer={[
          <Button key="cancel" onClick={() => setOpen(false)}>
            {common.app.cancel}
          </Button>,
          <Button key="submit" type="primary" danger loading={busy} data-testid="withdraw-submit" onClick={() => form.submit()}>
            {words.withdraw.submit}
          </Button>,
        ]}
      >
        <p>{words.withdraw.hint}</p>
        <Form form={form} layout="vertical" onFinish={(values) => void finish(values)}>
          <Form.Item
            name="reason"
            label={words.withdraw.reason}
            rules={[
              { required: true, whitespace: true, message: words.decide.reasonMissing },
              { min: REASON.min, message: words.decide.reasonShort },
            ]}
          >
            <Input.TextArea rows={3} autoFocus maxLength={REASON.max} data-testid="withdraw-reason" />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
};
