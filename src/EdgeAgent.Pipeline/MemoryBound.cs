using EdgeAgent.Inference.Bundles;
using EdgeAgent.Inference.Sessions;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Pipeline.Detection.Windows;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.State;

namespace EdgeAgent.Pipeline;

/// <summary>What a lane's batch of one model is made of, as its trial has told.</summary>
/// <param name="Windows">Windows that it has room for.</param>
/// <param name="TensorBytes">Of each, in the graph's tensors where these are of other elements or in another order.</param>
internal readonly record struct BatchMemory(int Windows, int TensorBytes = 0);

/// <summary>What the devices of one source may take.</summary>
/// <param name="Source">Its name.</param>
/// <param name="Devices">Its <c>device_limit</c>.</param>
/// <param name="Detectors">Detectors that judge each.</param>
/// <param name="DeviceBytes">Of one device under all of them.</param>
internal sealed record SourceMemory(string Source, int Devices, int Detectors, long DeviceBytes);

/// <summary>
/// How much memory the agent may come to need: the program, a share for each model and lane, and each source's <c>device_limit</c>
/// times what a device takes. The files that outlive the process lie in memory and count. A test weighs real devices and fails
/// where these figures are too small, or far too large.
/// </summary>
internal sealed class MemoryBound
{
    /// <summary>The program, its libraries, its brokers' connections and the outbox's cache, as it idles with one device.</summary>
    public const long ProgramBytes = 64L << 20;

    /// <summary>A model's session, with what the runtime keeps for it; its file counts besides.</summary>
    private const long ModelBytes = 4L << 20;

    /// <summary>Of a lane: its stack, its batches, and the events that are not safe yet.</summary>
    private const long LaneBytes = 2L << 20;

    /// <summary>
    /// A device in its source and its lane: name, topics, clock, places in maps. Names and topics are taken to have 64 bytes each.
    /// </summary>
    public const int DeviceHeapBytes = 800;

    /// <summary>A topic beyond one a device: what is remembered of it, in two maps.</summary>
    public const int TopicHeapBytes = 400;

    /// <summary>A device under a detector: what does not depend on the model.</summary>
    private const int TrackHeapBytes = 500;

    /// <summary>The name of a channel that a device chose, with the names of its features.</summary>
    private const int PickHeapBytes = 600, PickedFeatureBytes = 120;

    /// <summary>Of each array.</summary>
    private const int ArrayBytes = 32;

    /// <summary>The collector lets the heap grow by so much beyond what is in use.</summary>
    private const double HeapSlack = 1.25;

    /// <summary>A name as long as names are taken to be.</summary>
    private static readonly string Sample = new('x', 64);

    private MemoryBound(long fixedBytes, IReadOnlyList<SourceMemory> sources) => (FixedBytes, Sources) = (fixedBytes, sources);

    /// <summary>Whatever the number of devices.</summary>
    public long FixedBytes { get; }

    public IReadOnlyList<SourceMemory> Sources { get; }

    /// <summary>All of it.</summary>
    public long Bytes => FixedBytes + Sources.Sum(s => s.Devices * s.DeviceBytes);

    /// <summary>Bytes of <see cref="Bytes"/> that lie in the runtime folder, or in memory that is like it.</summary>
    public long RuntimeBytes { get; private init; }

    /// <param name="options">The configuration.</param>
    /// <param name="bundles">The models that can be used, by the folders that detectors name.</param>
    /// <param name="processors">How many lanes there are where the configuration does not say.</param>
    /// <param name="batches">A lane's batch, by model, as its trial has told; null, or one is missing: as many windows as fit into a run
    /// of a model whose batch axis is open.</param>
    public static MemoryBound Of(
        AgentOptions options, IReadOnlyDictionary<string, ModelBundle> bundles, int processors,
        IReadOnlyDictionary<string, BatchMemory>? batches = null)
    {
        var lanes = options.Lanes > 0 ? options.Lanes : processors;
        var detectors = options.Detectors.Where(d => bundles.ContainsKey(d.Model) && CanName(d)).Select(Named).ToList();
        var many = detectors.Where(d => bundles[d.Model].TakesManyChannels).DistinctBy(d => d.ModelKey);
        var fixedBytes = ProgramBytes + lanes * (LaneBytes + LaneFile.PendingBytes)
            + bundles.Sum(b => BytesOf(b.Value, lanes, batches?.GetValueOrDefault(b.Key) ?? default))
            + many.Sum(d => BytesOf(BundleOf(d), lanes, default))
            + ServedMemory.Of(options, bundles.Values, SessionBytes);
        var (sources, runtime) = (new List<SourceMemory>(), lanes * (long)LaneFile.PendingBytes);
        foreach (var source in options.Sources)
        {
            var tracks = detectors.Where(d => d.Source == source.Name)
                .Select(d => new DetectorTrack(new Device(Sample, source.Name, 0), new LaneDetector(d, BundleOf(d), []))).ToList();
            var slots = tracks.Sum(SlotBytes);
            runtime += source.DeviceLimit * slots;
            var heap = DeviceHeapBytes + TopicHeapBytes + tracks.Sum(HeapBytes);
            sources.Add(new SourceMemory(source.Name, source.DeviceLimit, tracks.Count, slots + (long)(HeapSlack * heap)));
        }
        return new MemoryBound(fixedBytes, sources) { RuntimeBytes = runtime };

        // Detectors with bad channels are out of service, as in the agent.
        bool CanName(DetectorOptions d) =>
            !bundles[d.Model].TakesManyChannels || NamedChannels.Problem(d, SourceOf(d), bundles[d.Model]) is null;

        DetectorOptions Named(DetectorOptions d) => NamedChannels.Of(d, SourceOf(d), bundles[d.Model]);

        SourceOptions? SourceOf(DetectorOptions d) => options.Sources.Find(s => s.Name == d.Source);

        ModelBundle BundleOf(DetectorOptions d) => NamedChannels.Bundle(d, bundles[d.Model]);
    }

    /// <summary>What a device under a detector takes in the file that outlives the process, a spare place for each few included.</summary>
    public static long SlotBytes(DetectorTrack track) => SlotPlace.BytesOf(TrackSlot.HeadOf(track)) * 33 / 32;

    /// <summary>Objects of a device under a detector, with an open anomaly and all blocks.</summary>
    public static long HeapBytes(DetectorTrack track)
    {
        var (manifest, identity) = (track.Detector.Bundle.Manifest, track.Detector.Identity);
        var (channels, calibrated) = ((long)identity.Channels, (long)identity.CalibratedLength);
        var renew = manifest.Calibration.Renew;
        var blocks = track.Calibration.BlockCount
            + (renew is null ? 0 : renew.Blocks + renew.Hold + 2 + (renew.AdoptAfter > 0 ? renew.Blocks : 0)
                + (renew.Memory is null ? 0 : 1) + (renew.AdoptAtLast > 0 ? 1 : 0))
            + (track.Provisional is null ? 0 : 1) + (renew?.States ?? 0);
        return TrackHeapBytes
            + Array(sizeof(float), manifest.Window.Length * channels)
            + Array(sizeof(double), blocks * (1 + 2 * calibrated)) + 8 * ArrayBytes
            + (track.Scale is not { } scale ? 0
                : Array(sizeof(double), scale.BlockCount * (1 + 2 * channels)) + 10 * Array(sizeof(float), channels))
            + (track.Threshold is null ? 0 : 2 * ArrayBytes + track.Threshold.SavedBytes)
            + (track.Lasting is null ? 0 : 3 * ArrayBytes + Array(sizeof(float), channels))
            // Means, inverse spreads, floors, drifts, wanders and three of the sensor's steps.
            + 8 * Array(sizeof(float), calibrated)
            // Last values, for how long each is missing, features; then what waits for others, with two times each.
            + 2 * Array(sizeof(float), channels) + Array(sizeof(float), identity.MeasuredLength)
            + (track.Joiner is null ? 0 : Array(sizeof(float), channels) + 2 * Array(sizeof(long), channels) + 4 * ArrayBytes)
            + (track.Rates is null ? 0 : 4 * Array(sizeof(long), channels))
            + Array(sizeof(float), track.Detector.Settings.Smooth)
            + Array(sizeof(float), identity.InputLength) + Array(sizeof(float), identity.OutputLength)
            + 2 * Array(sizeof(float), calibrated) + Array(sizeof(float), identity.MeasuredLength)
            + (track.Pick is null ? 0 : PickHeapBytes + PickedFeatureBytes * (manifest.Input.Features?.Count ?? 0))
            // Rules look at what came with a reading, of all channels of the source: taken to be four times the model's.
            + (track.Detector.Rules.Length == 0 ? 0 : Array(sizeof(float), 4 * channels));
    }

    private static long Array(int size, long count) => ArrayBytes + size * count;

    /// <summary>A session, and each lane's batch that is bound to it.</summary>
    private static long BytesOf(ModelBundle bundle, int lanes, BatchMemory tried)
    {
        var identity = new DetectorIdentity("", bundle.Manifest);
        var batch = tried.Windows;
        if (batch == 0) batch = ModelRunner.BatchOf(ModelRunner.LaneBatch, Math.Max(identity.InputLength, identity.OutputLength));
        var windowBytes = sizeof(float) * (2L * identity.InputLength + identity.OutputLength) + tried.TensorBytes;
        return SessionBytes(bundle) + lanes * batch * windowBytes;
    }

    /// <summary>A session reads the files and prepares their weights, so they are there twice.</summary>
    private static long SessionBytes(ModelBundle bundle) => ModelBytes + 2 * bundle.ModelBytes;
}
