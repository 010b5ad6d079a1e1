"""A queue's event source takes as many messages as its BatchSize says; MiniStack 1.5.33 takes ten. Delete when it does the same.

Lambda takes up to 10,000, and no more than fit into an invocation of 6 MB
(https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). It waits for them as long as the batching window says; this
takes what is there.
"""

from ministack.services import sqs

# An invocation carries each message's attributes beside its body.
BYTES = 5_000_000


def receiving(receive):
    def receive_all(queue_url, max_number):
        batch, size = [], 0
        while len(batch) < max_number and size < BYTES:
            some = receive(queue_url, max_number - len(batch))
            if not some:
                break
            batch += some
            size += sum(len(message["body"]) for message in some)
        return batch

    return receive_all


def install():
    sqs._receive_messages_for_esm = receiving(sqs._receive_messages_for_esm)
