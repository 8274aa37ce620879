using EdgeAgent.Pipeline.Decode;

namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>What becomes of an arrived PUBLISH: a reading for a lane, a word about the group, or nothing of ours.</summary>
internal sealed partial class MqttSession
{
    private async ValueTask TakePublishAsync(FixedHeader header, CancellationToken cancel)
    {
        while (true)
        {
            var wish = TryTakePublish(header);
            switch (wish)
            {
                case Intake.Taken:
                    _counters.Received++;
                    return;
                case Intake.NoReading:
                    return;
                case Intake.AckWindowFull:
                    // Only brokers that ignore the receive maximum, or MQTT 3.1.1, get here: wait for the lanes.
                    _intake.HandOver();
                    AcknowledgeOthers();
                    await Task.Delay(RoomPause, cancel).ConfigureAwait(false);
                    break;
                default:
                    await _intake.MakeRoomAsync(cancel).ConfigureAwait(false);
                    break;
            }
        }
    }

    private Intake TryTakePublish(in FixedHeader header)
    {
        var packet = PublishPacket.Read(header.Flags, _buffer.Body(header), _version, _buffer.IsCut(header));
        var isFromBefore = packet.Retained && !_options.Retained;
        if (_share is not null && _share.Concerns(packet.Topic)) return TakeMember(packet);
        // Room first, acknowledgement second: what has a place in the window must reach a lane.
        var isWhole = !_buffer.IsCut(header) && packet.Payload.Length <= _options.PayloadLimit;
        Device device = null!;
        var failure = isFromBefore ? DecodeFailure.None : isWhole ? _intake.TryFind(packet.Topic, packet.Payload, out device) : DecodeFailure.TooLarge;
        var isOthers = !isFromBefore && failure == DecodeFailure.None && _share is not null && !_share.IsOurs(device);
        var isReading = !isFromBefore && failure == DecodeFailure.None && !isOthers;
        if (isReading && !_intake.HasRoom(device, packet.Payload.Length)) return Intake.LaneFull;
        var slot = 0;
        if (packet.Qos > 0 && !_acks.TryAdd(packet.PacketId, out slot)) return Intake.AckWindowFull;
        var acks = packet.Qos > 0 ? _acks : null;
        if (isReading)
        {
            _intake.Add(device, packet.Payload, acks, slot, packet.Redelivered);
            return Intake.Taken;
        }
        acks?.Finish(slot);
        if (isFromBefore) _counters.FilteredRetained++;
        else if (isOthers) _counters.FilteredOthers++;
        else DeadLetter(failure, packet);
        // Of many members most readings are others': one write for all that arrived together.
        if (isOthers) _owesAcks = true;
        else acks?.Flush();
        return Intake.Taken;
    }

    private void AcknowledgeOthers()
    {
        _owesAcks = false;
        _acks.Flush();
    }

    private void DeadLetter(DecodeFailure failure, in PublishPacket packet)
    {
        _counters.DeadLettered++;
        _intake.DeadLetter(failure, packet.Topic, packet.Payload);
    }

    /// <summary>A member has come or gone. It is acknowledged once that is remembered.</summary>
    private Intake TakeMember(in PublishPacket packet)
    {
        var slot = 0;
        if (packet.Qos > 0 && !_acks.TryAdd(packet.PacketId, out slot)) return Intake.AckWindowFull;
        _share!.Take(packet.Topic, packet.Payload);
        if (packet.Qos == 0) return Intake.NoReading;
        _acks.Finish(slot);
        _acks.Flush();
        return Intake.NoReading;
    }

    private enum Intake { Taken, NoReading, LaneFull, AckWindowFull }
}
