using EdgeAgent.Cli;
using EdgeAgent.Listening;

namespace EdgeAgent.Tap;

/// <summary>The files that a tap writes: messages as they came, and readings as the sources understood them. One owner at a time.</summary>
/// <param name="request">Which are wanted.</param>
/// <exception cref="IOException">One cannot be made, or is there.</exception>
internal sealed class TapFiles(TapRequest request) : IDisposable
{
    private readonly ReadingRecorder? _readings = request.SaveReadings is null ? null : new ReadingRecorder(request.SaveReadings);
    private readonly MessageRecorder? _messages = request.Save is null ? null : new MessageRecorder(request.Save);

    /// <param name="message">As it came.</param>
    /// <param name="probed">What its source makes of it.</param>
    /// <param name="isFirst">No other source has brought the same message.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Add(HeardMessage message, ProbedMessage probed, bool isFirst)
    {
        if (isFirst && !probed.IsLeftAlone && !message.IsCut) _messages?.Add(message);
        if (probed.IsUsable) _readings?.Add(probed);
    }

    public IEnumerable<string> Summary()
    {
        if (_messages is not null) yield return $"{Saved(_messages.Count, "message")} saved in {request.Save}{NoRoom(_messages.LeftOut)}";
        if (_readings is not null)
            yield return $"{Saved(_readings.Count, "reading")} of {Words.Number(_readings.Devices, "device")} saved in "
                + $"{request.SaveReadings}{NoRoom(_readings.LeftOut)}";
    }

    public void Dispose()
    {
        _readings?.Dispose();
        _messages?.Dispose();
    }

    private static string Saved(long count, string what) => count == 1 ? $"1 {what}" : $"{Words.Count(count)} {what}s";

    private static string NoRoom(long leftOut) => leftOut == 0 ? "" : $", {Words.Count(leftOut)} not: the file is as large as it may be";
}
