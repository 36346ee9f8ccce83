"""What a user would pick instead, set up as its own documentation does, with the packaged weights given as a folder.

Runs in build/peers, made from requirements.lock beside this file; nothing of the bot is imported.
"""

from __future__ import annotations

from answering import DEPTH, System, answer  # type: ignore[import-not-found]  # a script: its folder is on the path


def _langchain_store(ids: list[str], texts: list[str], weights: str) -> object:
    from langchain_community.vectorstores import FAISS
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings = HuggingFaceEmbeddings(model_name=weights)
    return FAISS.from_texts(texts, embeddings, metadatas=[{"id": i} for i in ids], ids=ids)


def _langchain(ids: list[str], texts: list[str], weights: str) -> System:
    store = _langchain_store(ids, texts, weights)
    retriever = store.as_retriever(search_kwargs={"k": DEPTH})  # type: ignore[attr-defined]
    return System(
        lambda query: [d.metadata["id"] for d in retriever.invoke(query)],
        lambda queries: [[d.metadata["id"] for d in found] for found in retriever.batch(queries)],
    )


def _langchain_ensemble(ids: list[str], texts: list[str], weights: str) -> System:
    """Its FAISS and its BM25 joined by reciprocal ranks, half each: the hybrid that its documentation shows."""
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever

    dense = _langchain_store(ids, texts, weights).as_retriever(search_kwargs={"k": DEPTH})  # type: ignore[attr-defined]
    words = BM25Retriever.from_texts(texts, metadatas=[{"id": i} for i in ids])
    words.k = DEPTH
    both = EnsembleRetriever(retrievers=[words, dense], weights=[0.5, 0.5])
    return System(
        lambda query: [d.metadata["id"] for d in both.invoke(query)][:DEPTH],
        lambda queries: [[d.metadata["id"] for d in found][:DEPTH] for found in both.batch(queries)],
    )


def _llama_index(ids: list[str], texts: list[str], weights: str) -> System:
    from llama_index.core import VectorStoreIndex
    from llama_index.core.schema import TextNode
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    model = HuggingFaceEmbedding(model_name=weights, device="cpu")
    nodes = [TextNode(id_=i, text=text) for i, text in zip(ids, texts, strict=True)]
    retriever = VectorStoreIndex(nodes, embed_model=model).as_retriever(similarity_top_k=DEPTH)

    def one(query: str) -> list[str]:
        return [found.node.node_id for found in retriever.retrieve(query)]

    # It has no call for several queries.
    return System(one, lambda queries: [one(query) for query in queries])


def _chroma(ids: list[str], texts: list[str], weights: str) -> System:
    import chromadb
    from chromadb.config import Settings
    from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

    client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
    function = SentenceTransformerEmbeddingFunction(model_name=weights, normalize_embeddings=True)
    collection = client.create_collection("passages", embedding_function=function, configuration={"hnsw": {"space": "cosine"}})
    collection.add(ids=ids, documents=texts)

    def many(queries: list[str]) -> list[list[str]]:
        found = collection.query(query_texts=queries, n_results=DEPTH)
        return list(found["ids"])

    return System(lambda query: many([query])[0], many)


if __name__ == "__main__":
    answer(
        {
            "LangChain": _langchain,
            "LangChain ensemble": _langchain_ensemble,
            "LlamaIndex": _llama_index,
            "Chroma": _chroma,
        }
    )
