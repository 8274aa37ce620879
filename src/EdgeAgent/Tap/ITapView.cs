using EdgeAgent.Listening;
using EdgeAgent.Pipeline.Sources;

namespace EdgeAgent.Tap;

/// <summary>Shows messages as they come. What is known of a message beside its decoding is to be shown here, too.</summary>
internal interface ITapView
{
    /// <summary>Messages that it has not shown, because they came too fast.</summary>
    long Hidden { get; }

    void Show(SourceOptions source, HeardMessage message, ProbedMessage probed);

    /// <summary>Shows what waits for its columns: enough has come to know how wide they are, or nothing more comes.</summary>
    void Settle();
}
