using EdgeAgent.Pipeline.Ingest.Mqtt;

namespace EdgeAgent.Pipeline.Upstream;

/// <summary>Publishes that wait for their acknowledgement, by packet id. For any thread.</summary>
internal sealed class PendingPublishes
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, TaskCompletionSource<(byte Code, string? Reason)>> _waiting = [];
    private LinkException? _end;
    private ushort _lastId;

    /// <summary>Takes a packet id that is free.</summary>
    /// <exception cref="LinkException">The connection has ended.</exception>
    public (ushort Id, Task<(byte Code, string? Reason)> Answer) Begin()
    {
        var answer = new TaskCompletionSource<(byte, string?)>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_end is not null) throw _end;
            do _lastId = (ushort)(_lastId == ushort.MaxValue ? 1 : _lastId + 1);
            while (_waiting.ContainsKey(_lastId));
            _waiting[_lastId] = answer;
            return (_lastId, answer.Task);
        }
    }

    /// <summary>Passes on a PUBACK; false when nothing of that id waits.</summary>
    /// <exception cref="MqttProtocolException">It is too short.</exception>
    public bool TryAcknowledge(ReadOnlySpan<byte> body)
    {
        if (body.Length < 2) throw new MqttProtocolException("the broker sent a PUBACK without a packet id");
        var code = body.Length > 2 ? body[2] : Upstream.MqttReason.Success;
        var reason = body.Length > 3 ? BrokerTerms.Read(body[3..]).ReasonString : null;
        lock (_gate)
            return _waiting.TryGetValue((ushort)(body[0] << 8 | body[1]), out var answer) && answer.TrySetResult((code, reason));
    }

    public void Forget(ushort id)
    {
        lock (_gate) _waiting.Remove(id);
    }

    /// <summary>The connection has ended: nothing will be acknowledged any more.</summary>
    public void Fail(LinkException end)
    {
        lock (_gate)
        {
            _end ??= end;
            foreach (var answer in _waiting.Values)
                answer.TrySetException(_end);
        }
    }
}
