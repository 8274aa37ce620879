using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Sources;

/// <summary>What became of a message.</summary>
internal enum IntakeOutcome
{
    /// <summary>Its readings are on their way to lanes, which finish it.</summary>
    Taken,
    /// <summary>Left out on purpose, or another agent's: it can be acknowledged.</summary>
    LeftOut,
    /// <summary>It cannot be used, and is counted and told: it can be acknowledged.</summary>
    Refused,
    /// <summary>The lanes have no room now: offer it again, and no other before it.</summary>
    NoRoom,
}

/// <summary>
/// Decodes the messages of one source where they were received and gathers the readings into a batch for each lane. Batches are
/// handed over when the source has nothing more at hand, so they are as large as the load makes them, and nothing waits for
/// company. Belongs to the source's loop.
/// </summary>
internal sealed class RowIntake : IDisposable
{
    private const int BatchesPerLane = 4;

    private readonly SourceOptions _options;
    private readonly IPayloadDecoder _decoder;
    private readonly DeviceDirectory _devices;
    private readonly SourceTopics _except;
    private readonly IReadOnlyList<IRowReceiver> _lanes;
    private readonly DeadLetter _deadLetter;
    private readonly SourceCounters _counters;
    private readonly DecodedRows _rows;
    private readonly RowBatch?[] _filling;
    private readonly List<Device>[] _leaving;
    private Device[] _found = new Device[1];
    private long _newestTicks;
    private int _ours;
    private readonly long _channelsBefore;
    private bool _isDecoded;

    /// <param name="options">The source.</param>
    /// <param name="lanes">Where readings go; a device's lane is chosen by its name.</param>
    /// <param name="deadLetter">Where unusable messages go.</param>
    /// <param name="counters">Counts them.</param>
    /// <param name="decoder">How payloads are read; null: as the options say.</param>
    /// <param name="notes">Takes what decoders notice; null: what a source needs.</param>
    public RowIntake(
        SourceOptions options, IReadOnlyList<IRowReceiver> lanes,
        DeadLetter deadLetter, SourceCounters counters, IPayloadDecoder? decoder = null, DecodeNotes? notes = null)
    {
        (_options, _lanes, _deadLetter, _counters, _channelsBefore) = (options, lanes, deadLetter, counters, counters.ChannelsLeft);
        notes ??= new DecodeNotes { Sparkplug = counters.Sparkplug, Times = counters.Times };
        _rows = new DecodedRows(new ChannelTable(options), notes);
        _decoder = decoder ?? PayloadDecoders.Of(options, _rows.Channels);
        _rows.Channels.Fix();
        _devices = new DeviceDirectory(options, lanes.Count);
        _except = new SourceTopics(options.Except);
        _filling = new RowBatch?[lanes.Count];
        _leaving = [.. lanes.Select(_ => new List<Device>())];
        Pool = new RowBatchPool(lanes.Count * BatchesPerLane);
    }

    public RowBatchPool Pool { get; }

    public DeviceDirectory Devices => _devices;

    /// <summary>What decoders notice besides readings.</summary>
    public DecodeNotes Notes => _rows.Notes;

    /// <summary>Why the last message that was not taken could not be used, or was left out.</summary>
    public DecodeFailure LastFailure { get; private set; }

    /// <summary>How usable the last messages were.</summary>
    public IntakeWatch Watch { get; } = new();

    /// <summary>Which devices are this agent's; null: all.</summary>
    public Func<Device, bool>? IsOurs { get; set; }

    /// <summary>Takes a message.</summary>
    /// <param name="message">The message as it arrived.</param>
    /// <param name="acknowledger">Who waits until it is safe; null: nobody.</param>
    /// <param name="token">Stands for the message there.</param>
    /// <param name="parts">How many will finish it: its devices.</param>
    public IntakeOutcome Take(in IncomingMessage message, IAcknowledger? acknowledger, int token, out int parts)
    {
        parts = 0;
        // A decoder remembers what it has read: the same message twice is another thing to it.
        if (!_isDecoded && Prepare(message) is { } outcome) return outcome;
        _isDecoded = !HasRoom();
        if (_isDecoded) return IntakeOutcome.NoRoom;
        Watch.Took(message.ArrivalTicks);
        var devices = _rows.Devices;
        _newestTicks = 0;
        _counters.Received += devices.Length;
        _counters.FilteredOthers += devices.Length - _ours;
        for (var i = 0; i < devices.Length; i++)
            if (_found[i] is { } found) Add(found, devices[i], message, acknowledger, token);
        if (_ours > 0 && !message.IsRetained && !message.MayRepeat && !_rows.IsHistorical)
            Watch.Offset.Note(message.ArrivalTicks, _newestTicks);
        parts = _ours;
        return _ours > 0 ? IntakeOutcome.Taken : IntakeOutcome.LeftOut;
    }

    /// <summary>Takes the place of one whose loop has ended: its devices go on, and those that have left are told all the same.</summary>
    public void GoOnAfter(RowIntake before)
    {
        _devices.GoOnWith(before._devices);
        Watch.Devices.GoOnAfter(before.Watch.Devices);
        for (var lane = 0; lane < _leaving.Length; lane++) _leaving[lane].AddRange(before._leaving[lane]);
    }

    /// <summary>The message that found no room will not be offered again.</summary>
    public void Forget() => _isDecoded = false;

    public void Dispose() => (_decoder as IDisposable)?.Dispose();

    /// <summary>A message that cannot be used.</summary>
    public void Reject(DecodeFailure failure, in IncomingMessage message)
    {
        LastFailure = failure;
        _counters.CountRefused(failure);
        // Where devices are shared, topics are known before they brought anything.
        var isKnown = _devices.TryKnown(message.Topic, out var device);
        Watch.Refused(failure, message, isKnownTopic: IsOurs is null && isKnown);
        if (isKnown && (IsOurs is null || IsOurs(device))) Watch.Devices.Refused(device, failure, message.ArrivalTicks);
        _deadLetter.Add(failure, message.Topic.IsEmpty ? message.Device : message.Topic, message.Payload, _options);
    }

    /// <summary>What the decoder would like to ask a sender, if there is something.</summary>
    public bool TryTakeRequest(out SenderRequest request)
    {
        request = default;
        return _decoder is IAskingDecoder asking && asking.TryTakeRequest(out request);
    }

    /// <summary>Gives the lanes what has been gathered.</summary>
    public void HandOver()
    {
        for (var lane = 0; lane < _filling.Length; lane++)
        {
            if (_filling[lane] is not { Count: > 0 }) continue;
            HandOver(lane);
        }
    }

    /// <summary>Of many members most readings are others': where the topic tells whose, they are not decoded.</summary>
    private bool IsOthers(ReadOnlySpan<byte> topic) =>
        IsOurs is not null && !_decoder.NamesDevicesOf(topic)
            && _devices.TryPeek(topic, out var device) && !IsOurs(device);

    /// <summary>Decodes a message; gives what became of it, where nothing of it is for the lanes.</summary>
    private IntakeOutcome? Prepare(in IncomingMessage message)
    {
        if (IsOthers(message.Topic))
        {
            _counters.Received++;
            _counters.FilteredOthers++;
            return IntakeOutcome.LeftOut;
        }
        var channels = _rows.Channels;
        var slots = channels.Slots;
        channels.Begin(message.SteadyTicks);
        var failure = _options.Except.Count > 0 && _except.Matches(message.Topic) ? DecodeFailure.Excepted : Decode(message);
        if (failure == DecodeFailure.None && !_devices.TryKeep(message.SteadyTicks)) failure = DecodeFailure.TooManyDevices;
        if (failure == DecodeFailure.None)
        {
            MakeRoom(message.ArrivalTicks);
            return null;
        }
        channels.ForgetAfter(slots);
        _devices.Forget();
        if (failure is DecodeFailure.TooManyDevices or DecodeFailure.TooManyChannels) _counters.CrowdedTicks = message.ArrivalTicks;
        if (!failure.IsLeftOut())
        {
            Reject(failure, message);
            return IntakeOutcome.Refused;
        }
        LastFailure = failure;
        _counters.CountLeftOut(failure);
        return IntakeOutcome.LeftOut;
    }

    /// <summary>Sees to what made room for a message that is usable.</summary>
    private void MakeRoom(long nowTicks)
    {
        var channels = _rows.Channels;
        channels.Keep();
        if (channels.Replaced != _counters.ChannelsLeft - _channelsBefore)
        {
            // Positions of readings that are being gathered mean what they did before.
            HandOver();
            (_counters.ChannelsLeft, _counters.CrowdedTicks) = (channels.Replaced + _channelsBefore, nowTicks);
        }
        if (_devices.Left.Count == 0) return;
        _counters.DevicesLeft += _devices.Left.Count;
        _counters.CrowdedTicks = nowTicks;
        foreach (var device in _devices.Left)
        {
            _leaving[device.Lane].Add(device);
            _counters.Left.Note(device);
            Watch.Devices.Forget(device);
        }
        _devices.Left.Clear();
    }

    private DecodeFailure Decode(in IncomingMessage message)
    {
        _ours = 0;
        _rows.Clear();
        var failure = _decoder.Decode(message, _rows);
        if (failure == DecodeFailure.None && _rows.IsFull) failure = DecodeFailure.TooManyValues;
        // A message that brings nothing must not pass for one that was taken.
        if (failure == DecodeFailure.None && !_rows.HasRows) failure = DecodeFailure.NoChannels;
        if (failure == DecodeFailure.NoChannels && _rows.SawOutOfRange) failure = DecodeFailure.NoUsableValue;
        if (failure != DecodeFailure.None) return failure;
        if (IsHistory(message)) return DecodeFailure.History;
        _rows.Finish();
        var devices = _rows.Devices;
        if (_found.Length < devices.Length) _found = new Device[devices.Length];
        for (var i = 0; i < devices.Length; i++)
        {
            var name = _rows.Name(devices[i]);
            if (name.IsEmpty) name = message.Device;
            failure = name.IsEmpty ? _devices.TryFind(message.Topic, out var device) : _devices.TryFindNamed(name, out device);
            if (failure != DecodeFailure.None) return failure;
            device.Presence.Note(message.SteadyTicks);
            if (device.RefusedInRow > 0) Watch.Devices.Forget(device);
            _found[i] = IsOurs is null || IsOurs(device) ? device : null!;
            if (_found[i] is not null) _ours++;
        }
        return DecodeFailure.None;
    }

    /// <summary>Whether all that the message tells is of the past, and nobody wants it; what is left of it is of now.</summary>
    private bool IsHistory(in IncomingMessage message) => _options.History.IsSkipped
        && (message.IsRetained || _rows.SkipHistory(_options.History.Age is { } age ? message.ArrivalTicks - age.Ticks : long.MinValue));

    /// <summary>Whether every lane that the message concerns has a batch for it.</summary>
    private bool HasRoom()
    {
        for (var i = 0; i < _rows.Devices.Length; i++)
        {
            if (_found[i] is not { Lane: var lane } || _filling[lane] is { HasRoom: true }) continue;
            if (_filling[lane] is not null) HandOver(lane);
            if (Pool.TryRent(out var batch)) _filling[lane] = batch;
            else return false;
        }
        return true;
    }

    private void Add(Device device, in DecodedDevice part, in IncomingMessage message, IAcknowledger? acknowledger, int token)
    {
        var batch = _filling[device.Lane]!;
        batch.ArrivalTicks = message.ArrivalTicks;
        if (_leaving[device.Lane] is { Count: > 0 } leaving)
        {
            batch.AddLeaving(leaving);
            leaving.Clear();
        }
        batch.AddMessage(device, _rows.Channels.Current, acknowledger, token, message.MayRepeat);
        foreach (var row in _rows.Rows(part))
        {
            batch.AddRow(row.TimeTicks, _rows.Values(row));
            _newestTicks = Math.Max(_newestTicks, row.TimeTicks);
        }
    }

    private void HandOver(int lane)
    {
        var batch = _filling[lane]!;
        _filling[lane] = null;
        _counters.HandedOver += batch.Count;
        _lanes[lane].Put(batch);
    }
}
