namespace EdgeAgent.Pipeline.Sources;

/// <summary>
/// The batches of one source. Their number is fixed: when all are with the lanes, the source stops reading, its socket fills and
/// the broker holds back. This is the bound in front of the lanes. Renting belongs to the source's loop, returning is for any.
/// </summary>
internal sealed class RowBatchPool
{
    private readonly Stack<RowBatch> _free = new();
    private readonly int _size;
    private bool _isWanted;

    public RowBatchPool(int count)
    {
        _size = count;
        for (var i = 0; i < count; i++)
            _free.Push(new RowBatch(Return));
    }

    /// <summary>Called on any thread when a batch is free again after there was none.</summary>
    public Action? Available { get; set; }

    /// <summary>Whether no lane has any of them. For any thread.</summary>
    public bool AreAllBack
    {
        get
        {
            lock (_free) return _free.Count == _size;
        }
    }

    /// <summary>False: all are with the lanes; <see cref="Available"/> tells when one is back.</summary>
    public bool TryRent(out RowBatch batch)
    {
        lock (_free)
        {
            _isWanted = !_free.TryPop(out batch!);
            return !_isWanted;
        }
    }

    private void Return(RowBatch batch)
    {
        bool isWanted;
        lock (_free)
        {
            _free.Push(batch);
            (isWanted, _isWanted) = (_isWanted, false);
        }
        if (isWanted) Available?.Invoke();
    }
}
