using EdgeAgent.Pipeline.Detection.Calibration;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Pipeline.Detection.Lanes;

/// <summary>
/// Where others ask the lanes and tell them things. Nobody but a lane's own thread touches its devices, so every request
/// goes through the lane's queue and is done between two batches.
/// </summary>
internal sealed class LaneRequests(IReadOnlyList<Lane> lanes, IReadOnlyList<LaneQueue> queues, TimeProvider time)
{
    /// <summary>A lane that does not answer by then is busy with a batch, waits for the disk, or is stuck.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    /// <summary>What has been learned of each device, or of one, by detector; null where a lane did not answer.</summary>
    public async Task<IReadOnlyList<CalibrationView>?> CalibrationsAsync(string? device = null)
    {
        var answers = await AskAsync(lane => Tracks(lane, device, null).Select(CalibrationView.Of).ToList()).ConfigureAwait(false);
        return answers is null
            ? null : [.. answers.SelectMany(a => a).OrderBy(c => c.Device, StringComparer.Ordinal)
                .ThenBy(c => c.Detector, StringComparer.Ordinal)];
    }

    /// <summary>How many devices each detector has learned, and is learning; null where a lane did not answer.</summary>
    public async Task<ILookup<string, DeviceLearned>?> LearnedAsync()
    {
        var answers = await AskAsync(lane =>
            lane.Tracks.SelectMany(d => d.Detectors.Select(t => (t.Detector.Options.Name, Learned: DeviceLearned.Of(d, t))))
                .ToList()).ConfigureAwait(false);
        return answers?.SelectMany(a => a).ToLookup(a => a.Name, a => a.Learned);
    }

    /// <summary>Devices that no longer sent when they were last looked for, those silent longest first.</summary>
    public IReadOnlyList<SilentDevice> Silent { get; private set; } = [];

    /// <summary>Looks for devices that no longer send; where a lane does not answer, what was found before stands.</summary>
    /// <param name="limits">By source, the silence that is allowed; null: what is usual for a device counts.</param>
    public async Task LookForSilentAsync(IReadOnlyDictionary<string, TimeSpan?> limits)
    {
        var now = time.GetUtcNow().UtcTicks;
        var answers = await AskAsync(lane => lane.Tracks
            .Select(t => SilentDevice.Of(t, now, limits.GetValueOrDefault(t.Device.Source))).OfType<SilentDevice>().ToList())
            .ConfigureAwait(false);
        if (answers is not null) Silent = [.. answers.SelectMany(a => a).OrderBy(d => d.LastTicks)];
    }

    /// <summary>All anomalies that are open; null where a lane did not answer.</summary>
    public async Task<IReadOnlyList<OpenAnomaly>?> OpenAnomaliesAsync()
    {
        var answers = await AskAsync(lane => Tracks(lane, null, null).Where(t => t.Decision.IsOpen).Select(OpenAnomaly.Of).ToList())
            .ConfigureAwait(false);
        return answers is null ? null : [.. answers.SelectMany(a => a)];
    }

    /// <summary>Has a device learned anew by all its detectors, or by one.</summary>
    /// <returns>How many detectors forgot it; null where its lane did not answer, so that it may still happen.</returns>
    public async Task<int?> LearnAnewAsync(string device, string? detector)
    {
        // A device of that name belongs to the same lane whichever source brings it.
        var owner = lanes[Device.LaneOf(device, lanes.Count)];
        var answers = await AskAsync(lane =>
        {
            var tracks = Tracks(lane, device, detector).ToList();
            tracks.ForEach(lane.ResetCalibration);
            return tracks.Count;
        }, owner).ConfigureAwait(false);
        return answers?[0];
    }

    /// <summary>Whether all lanes answer within a time.</summary>
    public async Task<bool> AnswerAsync(TimeSpan limit, CancellationToken cancel)
    {
        try
        {
            await ChangeAsync(_ => { }, cancel).WaitAsync(limit, time, cancel).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Has every lane judge with something else from now on; ends when all do.</summary>
    /// <param name="change">What a lane does, by its number, between two batches.</param>
    /// <param name="cancel">Gives up waiting; lanes that have not answered may still change.</param>
    public Task ChangeAsync(Action<int> change, CancellationToken cancel)
    {
        var changed = lanes.Select((lane, i) =>
        {
            var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return queues[i].TryPost(() => Answer(answer, _ => Done(i), lane), isBounded: false) ? answer.Task : Task.FromResult(false);
        });
        return Task.WhenAll(changed).WaitAsync(cancel);

        bool Done(int i)
        {
            change(i);
            return true;
        }
    }

    private static IEnumerable<DetectorTrack> Tracks(Lane lane, string? device, string? detector) =>
        lane.Tracks.SelectMany(t => t.Detectors).Where(t =>
            (device is null || t.Device.Name == device) && (detector is null || t.Detector.Options.Name == detector));

    private async Task<T[]?> AskAsync<T>(Func<Lane, T> question, Lane? only = null)
    {
        var answers = new List<Task<T>>();
        for (var i = 0; i < lanes.Count; i++)
        {
            if (only is not null && only != lanes[i]) continue;
            var (lane, answer) = (lanes[i], new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously));
            if (!queues[i].TryPost(() => Answer(answer, question, lane))) return null;
            answers.Add(answer.Task);
        }
        try
        {
            return await Task.WhenAll(answers).WaitAsync(AnswerLimit, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static void Answer<T>(TaskCompletionSource<T> answer, Func<Lane, T> question, Lane lane)
    {
        try
        {
            answer.SetResult(question(lane));
        }
        catch (Exception e)
        {
            // Who asked wrongly hears of it; the lane goes on.
            answer.SetException(e);
        }
    }
}

/// <summary>What a detector has learned of one device.</summary>
/// <param name="IsComplete">Whether it is calibrated, and judged.</param>
/// <param name="IsProvisional">Whether it is judged while it calibrates.</param>
/// <param name="IsQuiet">Whether it spreads so little that small faults are not seen.</param>
/// <param name="IsLacking">Whether its last reading was not taken, for it lacks channels or leaves a choice.</param>
/// <param name="IsOthers">Whether that is so, and another detector judges the device: this one is not meant for it.</param>
internal readonly record struct DeviceLearned(bool IsComplete, bool IsProvisional, bool IsQuiet, bool IsLacking, bool IsOthers)
{
    /// <summary>A device under one of its detectors, as it stands. To be called on its lane.</summary>
    public static DeviceLearned Of(DeviceTrack device, DetectorTrack track)
    {
        var isOthers = track.IsMissingLogged
            && Array.Exists(device.Detectors, other => !other.IsMissingLogged && other.Calibration.Count > 0);
        return new DeviceLearned(track.Calibration.IsComplete, track.Calibration.IsProvisional, WindowStage.IsQuiet(track),
            track.IsMissingLogged && !isOthers, isOthers);
    }

    /// <summary>Whether it will be judged if it goes on as it does.</summary>
    public bool IsLearning => !IsComplete && !IsProvisional && !IsLacking && !IsOthers;
}
