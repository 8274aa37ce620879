using System.Runtime.InteropServices;
using EdgeAgent.Inference.Bundles;

namespace EdgeAgent.Pipeline.Detection.Calibration;

/// <summary>What a full block did to the calibration.</summary>
public enum RenewalOutcome
{
    Nothing,
    /// <summary>Calm readings replace the oldest ones.</summary>
    Renewed,
    /// <summary>What was an anomaly has become the new normal.</summary>
    Adopted,
}

/// <summary>
/// Keeps the calibration of one device up to date: gathers its readings in blocks and decides, when one is full and all of
/// it judged, whether it is learned. Depends on readings and judgements only. Allocates nothing; one owner at a time.
/// </summary>
public sealed class CalibrationRenewal
{
    private readonly ManifestRenewal _settings;
    private readonly ChannelCalibration _calibration;
    private readonly NewNormal _newNormal;
    private readonly BlockRing _ring;
    private readonly BlockRing _waiting;
    private readonly ChannelBlock _current;
    /// <summary>What left the ring, where it is to be remembered.</summary>
    private readonly ChannelBlock _past;
    private bool _isDisturbed;
    private bool _isOpenThroughout;

    public CalibrationRenewal(ManifestRenewal settings, ChannelCalibration calibration)
    {
        var channels = calibration.Floors.Length;
        _settings = settings;
        _calibration = calibration;
        _newNormal = new NewNormal(settings, calibration);
        _ring = new BlockRing(settings.Blocks, channels);
        _waiting = new BlockRing(settings.Hold + 1, channels);
        _current = new ChannelBlock(channels);
        _past = new ChannelBlock(Remembers ? channels : 0);
        States = settings.States > 0 ? new KnownStates(settings.States, calibration) : null;
    }

    /// <summary>Operating states that the device has been in; null where the model does not ask for them.</summary>
    public KnownStates? States { get; }

    /// <summary>Whether a block is complete and waits for <see cref="Settle"/>.</summary>
    public bool IsBlockFull => _current.Count >= _settings.Every;

    /// <summary>How often the calibration has changed since it was first made.</summary>
    public int Renewals { get; private set; }

    /// <summary>Rises whenever what <see cref="SaveBlocks"/> writes may have changed.</summary>
    public int Changes { get; private set; }

    /// <summary>Whether all that the calibration rests on was learned after the first readings.</summary>
    public bool IsAllNew => Renewals >= _settings.Blocks + (_settings.Memory ?? 0) / _settings.Every;

    private bool Remembers => _settings.Memory is not null;

    /// <summary>The calibration is complete for the first time: its own blocks are the first of the ring.</summary>
    public void Begin()
    {
        Clear();
        var blocks = _calibration.Blocks;
        var share = blocks.Length / _settings.Blocks;
        // No reading has come behind the first calibration, so the block in hand is free to merge in.
        for (var i = 0; i < _settings.Blocks; i++)
        {
            foreach (var block in blocks.Slice(i * share, share))
                _current.Merge(block);
            _ring.Push(_current);
            _current.Clear();
        }
        NoteState();
    }

    /// <summary>Takes a reading behind the first calibration, one value a channel.</summary>
    public void Add(ReadOnlySpan<float> values) => _current.Add(values);

    /// <summary>A judgement on the block in hand was such that nothing must be learned of it.</summary>
    /// <param name="score">The judgement's score.</param>
    /// <param name="isAnomalous">It counted as anomalous, or an event was open.</param>
    public void Judged(float score, bool isAnomalous) => _isDisturbed |= isAnomalous || !(score < _settings.CalmBelow);

    /// <summary>An event has ended.</summary>
    public void EventClosed() => _isOpenThroughout = false;

    /// <summary>
    /// Decides on the full block, all of whose readings must have been judged. The calibration changes with
    /// <see cref="Apply"/> only, so that what is to be told of the old one can be told before.
    /// </summary>
    public RenewalOutcome Settle(bool isEventOpen)
    {
        var outcome = RenewalOutcome.Nothing;
        Changes++;
        if (isEventOpen)
            outcome = _newNormal.Take(_current, isWhole: _isOpenThroughout) ? RenewalOutcome.Adopted : outcome;
        else
            outcome = !_isDisturbed && Wait() ? RenewalOutcome.Renewed : outcome;
        if (isEventOpen || _isDisturbed) _waiting.Clear();
        if (!isEventOpen) _newNormal.Clear();
        _current.Clear();
        _isDisturbed = false;
        _isOpenThroughout = isEventOpen && outcome != RenewalOutcome.Adopted;
        return outcome;
    }

    /// <summary>Brings the calibration to what <see cref="Settle"/> decided.</summary>
    public void Apply(RenewalOutcome outcome)
    {
        if (outcome == RenewalOutcome.Nothing) return;
        if (outcome == RenewalOutcome.Adopted)
        {
            while (_ring.Count > 0)
                Leave();
            TakeNewNormal();
            _newNormal.Clear();
            Renewals = Math.Max(Renewals, _settings.Blocks - 1);
        }
        else
        {
            if (_ring.Count == _settings.Blocks) Leave();
            _ring.Push(_waiting[0]);
            _waiting.RemoveOldest();
        }
        _calibration.Take(BlockScratch.Of(_past, _ring), keepsSpread: _settings.Spread == "keep");
        Renewals++;
        NoteState();
    }

    /// <summary>The calibration is that of a known state, until that of before is loaded again.</summary>
    public void Try(int state)
    {
        var block = States![state];
        _calibration.Take(new ReadOnlySpan<ChannelBlock>(in block), keepsSpread: false);
    }

    /// <summary>The device is in a known state again: that is normal, and followed from there.</summary>
    public void Return(int state)
    {
        _ring.Clear();
        _waiting.Clear();
        _newNormal.Clear();
        // As much as a block that was just learned: those that follow must not wait for it to leave.
        _current.Clear();
        _current.Merge(States![state]);
        _current.Fade(_settings.Every);
        _ring.Push(_current);
        if (Remembers) _past.MoveTo(_current);
        _current.Clear();
        _calibration.Take(BlockScratch.Of(_past, _ring), keepsSpread: false);
        Renewals++;
        Changes++;
    }

    private void NoteState()
    {
        if (States is null) return;
        // The block in hand was settled, or has not begun.
        foreach (var block in BlockScratch.Of(_ring))
            _current.Merge(block);
        States.Note(_current);
        _current.Clear();
    }

    /// <summary>The oldest block leaves the ring.</summary>
    private void Leave()
    {
        if (Remembers)
        {
            _past.Merge(_ring[0]);
            _past.Fade(_settings.Memory!.Value);
        }
        _ring.RemoveOldest();
    }

    private void TakeNewNormal()
    {
        if (!_newNormal.IsSteady)
        {
            // It goes on changing, so that all of it tells more than its last blocks.
            _ring.Push(_newNormal.Blocks[_newNormal.Blocks.Count - 1]);
            _past.MoveTo(_newNormal.All);
            return;
        }
        for (var i = 0; i < _newNormal.Blocks.Count; i++)
            _ring.Push(_newNormal.Blocks[i]);
        if (Remembers) MovePast();
    }

    /// <summary>
    /// The device runs elsewhere now. How far it spreads is still known from before, which a few steady blocks do not tell.
    /// </summary>
    private void MovePast()
    {
        _current.Clear();
        for (var i = 0; i < _ring.Count; i++)
            _current.Merge(_ring[i]);
        _past.MoveTo(_current);
        _current.Clear();
    }

    /// <summary>Forgets all blocks.</summary>
    public void Clear()
    {
        _ring.Clear();
        _waiting.Clear();
        _newNormal.Clear();
        _current.Clear();
        _past.Clear();
        States?.Clear();
        Renewals = 0;
        Changes++;
        (_isDisturbed, _isOpenThroughout) = (false, false);
    }

    /// <summary>A calm block waits for others to follow; true when the oldest has waited long enough.</summary>
    private bool Wait()
    {
        _waiting.Push(_current);
        return _waiting.Count > _settings.Hold;
    }

    /// <summary>Whether it can have come to be by readings: what was loaded from a file may be anything.</summary>
    public bool IsPossible => _current.IsPossible && _past.IsPossible && _ring.IsPossible && _waiting.IsPossible
        && _newNormal.IsPossible && States?.IsPossible != false
        && (!_calibration.IsComplete || _ring.Count > 0);

    /// <summary>Bytes of what changes with every reading.</summary>
    public int SavedCurrentBytes => ChannelBlock.SavedBytes(_calibration.Floors.Length) + 2 * sizeof(int);

    /// <summary>Bytes of what changes with a block.</summary>
    /// <param name="adopts">Whether blocks under an open event are among them; a model that adopts nothing has none.</param>
    /// <param name="withAll">Whether all readings of such an event are, where the model asks for them.</param>
    public int SavedBlocksBytes(bool adopts, bool withAll = true) => sizeof(int) + _ring.SavedBytes + _waiting.SavedBytes
        + (adopts ? _newNormal.SavedBytes(withAll) : 0)
        + (Remembers ? ChannelBlock.SavedBytes(_calibration.Floors.Length) : 0);

    /// <summary>Whether the model takes what lasts under an open event for normal.</summary>
    public bool Adopts => _settings.AdoptAfter > 0;

    /// <summary>Writes the block in hand, and gives what is left of the room.</summary>
    public Span<byte> SaveCurrent(Span<byte> room)
    {
        room = _current.Save(room);
        MemoryMarshal.Write(room, _isDisturbed ? 1 : 0);
        MemoryMarshal.Write(room[sizeof(int)..], _isOpenThroughout ? 1 : 0);
        return room[(2 * sizeof(int))..];
    }

    /// <summary>Writes the blocks behind, and gives what is left of the room.</summary>
    public Span<byte> SaveBlocks(Span<byte> room)
    {
        MemoryMarshal.Write(room, Renewals);
        room = _ring.Save(room[sizeof(int)..]);
        room = _waiting.Save(room);
        if (Adopts) room = _newNormal.Save(room);
        return Remembers ? _past.Save(room) : room;
    }

    /// <summary>Takes back what <see cref="SaveCurrent"/> wrote.</summary>
    public ReadOnlySpan<byte> LoadCurrent(ReadOnlySpan<byte> saved)
    {
        saved = _current.Load(saved);
        _isDisturbed = MemoryMarshal.Read<int>(saved) != 0;
        _isOpenThroughout = MemoryMarshal.Read<int>(saved[sizeof(int)..]) != 0;
        return saved[(2 * sizeof(int))..];
    }

    /// <summary>Takes back what <see cref="SaveBlocks"/> wrote.</summary>
    /// <param name="saved">What was written.</param>
    /// <param name="adopts">Whether it has blocks under an open event.</param>
    /// <param name="withAll">Whether it has all readings of one, where the model asks for them.</param>
    public ReadOnlySpan<byte> LoadBlocks(ReadOnlySpan<byte> saved, bool adopts, bool withAll = true)
    {
        Renewals = Math.Max(0, MemoryMarshal.Read<int>(saved));
        saved = _ring.Load(saved[sizeof(int)..]);
        saved = _waiting.Load(saved);
        if (adopts) saved = _newNormal.Load(saved, withAll);
        return Remembers ? _past.Load(saved) : saved;
    }
}
