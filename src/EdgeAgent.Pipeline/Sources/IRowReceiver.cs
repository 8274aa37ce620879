namespace EdgeAgent.Pipeline.Sources;

/// <summary>Takes the readings of the devices of one lane. Owns a batch from then on, and returns it to its pool. For any thread.</summary>
internal interface IRowReceiver
{
    /// <summary>Takes a batch over. Its readings may be judged before this returns, on the caller's thread.</summary>
    void Put(RowBatch batch);
}
