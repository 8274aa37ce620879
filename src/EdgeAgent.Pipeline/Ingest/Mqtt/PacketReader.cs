namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>
/// Receives packet after packet from the stream. Before it waits for more, what was taken so far is handed to the lanes.
/// </summary>
internal sealed class PacketReader(
    Stream stream, PacketBuffer buffer, SilenceWatch silence, SourceIntake intake, SourceCounters counters)
{
    /// <summary>Waits for the next packet: whole, or so much of it as the buffer holds.</summary>
    /// <exception cref="IOException">The connection has ended.</exception>
    /// <exception cref="MqttProtocolException">What comes is no packet.</exception>
    public async ValueTask<FixedHeader> ReadAsync(CancellationToken cancel)
    {
        FixedHeader header;
        while (!buffer.TryRead(out header))
        {
            intake.HandOver();
            buffer.MoveToFront();
            await ReceiveAsync(cancel).ConfigureAwait(false);
        }
        return header;
    }

    /// <summary>Goes on to the next packet.</summary>
    public ValueTask LeaveBehindAsync(FixedHeader header, CancellationToken cancel)
    {
        var left = buffer.Drop(header.PacketBytes);
        return left == 0 ? default : SkipAsync(left, cancel);
    }

    /// <summary>Receives and drops the rest of a packet that is larger than the buffer.</summary>
    private async ValueTask SkipAsync(int leftBytes, CancellationToken cancel)
    {
        while (leftBytes > 0)
        {
            await ReceiveAsync(cancel).ConfigureAwait(false);
            leftBytes = buffer.Drop(leftBytes);
        }
    }

    private async ValueTask ReceiveAsync(CancellationToken cancel)
    {
        silence.Listen();
        var bytes = await ReadStreamAsync(cancel).ConfigureAwait(false);
        silence.Heard();
        if (bytes == 0) throw new IOException("the broker closed the connection");
        counters.BytesIn += bytes;
        intake.ArrivedNow();
        buffer.Received(bytes);
    }

    private async ValueTask<int> ReadStreamAsync(CancellationToken cancel)
    {
        try
        {
            return await stream.ReadAsync(buffer.Room, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (silence.HasEndedSession && e is IOException or ObjectDisposedException)
        {
            throw new IOException($"the broker was silent for more than {silence.Limit.TotalSeconds:0.#} s", e);
        }
    }
}
