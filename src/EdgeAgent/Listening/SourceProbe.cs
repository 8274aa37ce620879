using System.Text;
using EdgeAgent.Pipeline.Formats;
using EdgeAgent.Pipeline.Sources;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Listening;

/// <summary>
/// Makes of messages what the agent's source would make of them, by the agent's own intake, and shows it instead of judging it.
/// One owner at a time.
/// </summary>
internal sealed class SourceProbe : IRowReceiver, IDisposable
{
    /// <summary>Readings of a message that are kept unless asked for more: an array of samples brings thousands.</summary>
    public const int ReadingLimit = 100;

    private readonly SourceOptions _source;
    private readonly int _readingLimit;
    private readonly DeadLetter _deadLetter = new(file: null, NullLogger.Instance, TimeProvider.System);
    private readonly RowIntake _intake;
    private readonly List<ProbedReading> _readings = [];
    private readonly List<string> _arrays = [];
    private int _count;

    /// <param name="source">Whose messages they are.</param>
    /// <param name="readingLimit">Readings of a message that are kept.</param>
    /// <exception cref="ArgumentException">The program has no such decoder.</exception>
    public SourceProbe(SourceOptions source, int readingLimit = ReadingLimit)
    {
        (_source, _readingLimit) = (source, readingLimit);
        _intake = new RowIntake(source, [this], _deadLetter, new SourceCounters(), notes: new DecodeNotes { ArraysLeftOut = _arrays });
    }

    public ProbedMessage Decode(HeardMessage message)
    {
        if (message.IsRetained && !_source.Retained) return ProbedMessage.NotUsed(ProbedOutcome.LeftOut, DecodeFailure.None, []);
        if (message.IsCut || message.Payload.Length > _source.PayloadLimit)
            return ProbedMessage.NotUsed(ProbedOutcome.Refused, DecodeFailure.TooLarge, []);
        _readings.Clear();
        _arrays.Clear();
        _count = 0;
        var incoming = new IncomingMessage
        {
            Topic = Encoding.UTF8.GetBytes(message.Topic), Payload = message.Payload, ArrivalTicks = message.ArrivalTicks,
            IsRetained = message.IsRetained,
        };
        var outcome = _intake.Take(incoming, null, 0, out _);
        if (outcome != IntakeOutcome.Taken)
            return ProbedMessage.NotUsed(
                outcome == IntakeOutcome.LeftOut ? ProbedOutcome.LeftOut : ProbedOutcome.Refused, _intake.LastFailure, [.. _arrays]);
        _intake.HandOver();
        return new ProbedMessage(ProbedOutcome.Usable, DecodeFailure.None, [.. _readings], _count, [.. _arrays]);
    }

    public void Dispose()
    {
        _intake.Dispose();
        _deadLetter.Dispose();
    }

    void IRowReceiver.Put(RowBatch batch)
    {
        foreach (var message in batch.Messages)
            foreach (var row in batch.Rows(message))
                if (_count++ < _readingLimit) _readings.Add(Reading(batch, message.Device, row));
        batch.Return();
    }

    private static ProbedReading Reading(RowBatch batch, Device device, in Row row)
    {
        var values = batch.Values(row);
        var found = new List<KeyValuePair<string, float>>();
        for (var i = 0; i < values.Length; i++)
            if (!float.IsNaN(values[i])) found.Add(new KeyValuePair<string, float>(batch.Channels.Names[i], values[i]));
        return new ProbedReading(device.Name, row.TimeTicks, found);
    }
}
