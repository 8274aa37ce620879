namespace EdgeAgent.Pipeline.Sources;

/// <summary>
/// Where a source learns what has become of the messages that it gave. A token stands for one message; what that is to a
/// protocol only the source knows. For any thread.
/// </summary>
internal interface IAcknowledger
{
    /// <summary>One of those who hold the message has finished with it: it is in its window, and every event it caused is safe.</summary>
    void Finish(int token);

    /// <summary>Sees to it that what is finished is acknowledged soon. Never waits.</summary>
    void Flush();
}
